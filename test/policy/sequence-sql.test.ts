import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { ask, askAll, at, open } from './ask.ts';

const written = (seq: number, path: string, proc = 1): Event => ({ ...open(seq, path), proc });
const ran = (seq: number, path: string, argv: readonly string[] = [], proc = 1): Event => ({
  ...at,
  seq,
  proc,
  kind: 'process.exec',
  path,
  argv,
});

const first = '{ name: first, match: { kind: file.open } }';
const writtenThenRun = `sequence: [${first}, { name: then, match: { kind: process.exec }, by: same file }]`;

async function chainOf(question: string, events: readonly Event[]): Promise<readonly number[] | undefined> {
  const [finding] = await ask(question, events);
  return finding?.evidence.map(one => one.seq);
}

describe('a sequence of one file', () => {
  test('begins with the last event that it may begin with', async () => {
    const events = [written(1, '/tmp/x'), written(2, '/tmp/x'), ran(3, '/tmp/x'), written(4, '/tmp/x')];
    expect(await chainOf(writtenThenRun, events)).toEqual([2, 3]);
  });

  test.each([
    ['a/x.sh', 1],
    ['./a/x.sh', 1],
    ['../../a/x.sh', 1],
    ['x.sh', 2],
    ['/tmp/a/x.sh', 1],
  ])('that %s is, given to an interpreter, is the last one written that ends so', async (name, seq) => {
    const events = [written(1, '/tmp/a/x.sh'), written(2, '/tmp/b/x.sh'), ran(3, '/bin/sh', ['sh', name])];
    expect(await chainOf(writtenThenRun, events)).toEqual([seq, 3]);
  });

  test.each(['/a/x.sh', 'p/a/x.sh', '.sh', 'a/x', '/tmp/a/x.sh/'])(
    'is not one that %s is no name of',
    async name => {
      const events = [written(1, '/tmp/a/x.sh'), ran(2, '/bin/sh', ['sh', name])];
      expect(await chainOf(writtenThenRun, events)).toBeUndefined();
    },
  );

  test('costs as much as there are events, not as their pairs', async () => {
    const [files, programs] = [100_000, 10_000];
    const flood = [
      ...Array.from({ length: files }, (_, index) => written(index, `/b/${index}`)),
      ...Array.from({ length: programs }, (_, index) => ran(files + index, `/usr/bin/${index}`)),
      ran(files + programs, '/bin/sh', ['sh', `./${files - 1}`]),
    ];
    const { findings, unanswered } = await askAll([writtenThenRun], flood, { timeLimitMs: 10_000 });
    expect(unanswered).toEqual([]);
    expect(findings[0]?.evidence.map(one => one.seq)).toEqual([files - 1, files + programs]);
  }, 60_000);

  test('costs as much as there are events, though all are of that file', async () => {
    const [files, programs] = [60_000, 10_000];
    const flood = [
      ...Array.from({ length: files }, (_, index) => written(index, '/b/x')),
      ...Array.from({ length: programs }, (_, index) => ran(files + index, '/b/x')),
    ];
    const { findings, unanswered } = await askAll([writtenThenRun], flood, { timeLimitMs: 10_000 });
    expect(unanswered).toEqual([]);
    expect(findings).toMatchObject([{ matches: programs }]);
  }, 60_000);
});

describe('a sequence of one process', () => {
  const sequence = `sequence: [${first}, { name: then, match: { kind: file.delete }, by: same process }]`;
  const tree = sequence.replace('same process', 'same process tree');
  const deleted = (seq: number, proc: number): Event => ({
    ...written(seq, '/y', proc),
    kind: 'file.delete',
  });
  const fork = (seq: number, proc: number, child: number): Event => ({
    ...at,
    seq,
    proc,
    kind: 'process.fork',
    child,
  });

  test('is not of another', async () => {
    expect(await chainOf(sequence, [written(1, '/x', 1), written(2, '/x', 2), deleted(3, 1)])).toEqual([
      1, 3,
    ]);
    expect(await chainOf(sequence, [written(1, '/x', 1), deleted(2, 2)])).toBeUndefined();
  });

  test('or of its children is of the one that acted last among them', async () => {
    const events = [fork(1, 1, 2), fork(2, 2, 3), fork(3, 1, 4), written(4, '/x', 1), written(5, '/x', 2)];
    expect(await chainOf(tree, [...events, deleted(6, 3)])).toEqual([5, 6]);
    expect(await chainOf(tree, [...events, deleted(6, 4)])).toEqual([4, 6]);
    expect(await chainOf(tree, [...events.slice(0, 3), written(4, '/x', 3), deleted(5, 1)])).toBeUndefined();
  });

  const line = (forks: number) =>
    Array.from({ length: forks }, (_, index) => fork(index + 2, index + 1, index + 2));

  test('or of its children is found however long the line of forks between them', async () => {
    const events = [written(1, '/x', 1), ...line(100_000), deleted(200_000, 100_001)];
    const { findings, unanswered } = await askAll([tree], events, { timeLimitMs: 20_000 });
    expect(unanswered).toEqual([]);
    expect(findings[0]?.evidence.map(one => one.seq)).toEqual([1, 200_000]);
  }, 60_000);

  test('or of its children is, far below, of the one that acted first among them', async () => {
    const events = [...line(500), written(1000, '/x', 2), written(1001, '/x', 1), deleted(1002, 400)];
    expect(await chainOf(tree, events)).toEqual([1000, 1002]);
    expect(await chainOf(tree, [...line(500), written(1000, '/x', 401), deleted(1001, 400)])).toBeUndefined();
  });
});

test('a sequence of three steps goes on from what completed the first two, though something else came later', async () => {
  const steps = [
    first,
    '{ name: moved, match: { kind: file.delete }, by: same file }',
    '{ name: ran, match: { kind: process.exec }, by: same process }',
  ];
  const moved = (seq: number, path: string): Event => ({ ...written(seq, path, 2), kind: 'file.delete' });
  const events = [written(1, '/x'), moved(2, '/x'), moved(3, '/other'), ran(4, '/bin/true', [], 2)];
  expect(await chainOf(`sequence: [${steps.join(', ')}]`, events)).toEqual([1, 2, 4]);
});

test('a sequence looks at no phase that its rule does not', async () => {
  const events = [written(1, '/tmp/x'), ran(2, '/tmp/x')];
  expect(await chainOf(`phases: [build]\n${writtenThenRun}`, events)).toBeUndefined();
  expect(await chainOf(`not-phases: [install]\n${writtenThenRun}`, events)).toBeUndefined();
  expect(await chainOf(`not-phases: [build]\n${writtenThenRun}`, events)).toEqual([1, 2]);
});
