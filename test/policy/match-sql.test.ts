import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { ask, at, open } from './ask.ts';

const ran = (seq: number, path: string, proc = 1): Event => ({
  ...at,
  seq,
  proc,
  kind: 'process.exec',
  path,
  argv: [path],
});
const forked = (seq: number, proc: number, child: number): Event => ({
  ...at,
  seq,
  proc,
  kind: 'process.fork',
  child,
});

async function hits(question: string, events: readonly Event[]): Promise<readonly number[]> {
  const findings = await ask(question, events);
  return findings.flatMap(finding => finding.evidence.map(one => one.seq));
}

describe('the program of an event', () => {
  const byCc = 'match: { kind: file.open, process.exe: /usr/bin/cc }';

  test('is what its process ran then, not what it became', async () => {
    const events = [ran(1, '/usr/bin/python3'), open(2, '/a'), ran(3, '/usr/bin/cc'), open(4, '/b')];
    expect(await hits(byCc, events)).toEqual([4]);
    expect(await hits('match: { kind: file.open, process.argv: /usr/bin/python3 }', events)).toEqual([2]);
  });

  test('is the one that a start starts', async () => {
    expect(
      await hits('match: { kind: process.exec, process.exe: /usr/bin/cc }', [ran(1, '/usr/bin/cc')]),
    ).toEqual([1]);
  });

  test('is not one that could not be started', async () => {
    const failed: Event = { ...ran(2, '/usr/bin/cc'), ok: false, errno: 'ENOENT' };
    expect(await hits(byCc, [ran(1, '/usr/bin/python3'), failed, open(3, '/a')])).toEqual([]);
  });

  test('is the one it was found with, whenever that was told', async () => {
    const found: Event = { ...at, seq: 3, proc: 0, kind: 'process.found', child: 1, path: '/usr/bin/cc' };
    expect(await hits(byCc, [open(2, '/a'), found, open(4, '/b'), ran(5, '/bin/sh'), open(6, '/c')])).toEqual(
      [2, 4],
    );
  });

  test('is not known of a fork that has started none, so nothing excepts what it does', async () => {
    const events = [ran(1, '/usr/bin/cc'), forked(2, 1, 2), { ...open(3, '/a'), proc: 2 }];
    expect(await hits('match: { kind: file.open }\nexcept: { process.exe: /usr/bin/cc }', events)).toEqual([
      3,
    ]);
  });

  test('of its parent is what that ran then', async () => {
    const events = [
      ran(1, '/bin/sh'),
      forked(2, 1, 2),
      { ...open(3, '/a'), proc: 2 },
      ran(4, '/usr/bin/cc'),
      { ...open(5, '/b'), proc: 2 },
    ];
    expect(await hits('match: { kind: file.open, parent.exe: /bin/sh }', events)).toEqual([3]);
    expect(await hits('match: { kind: file.open, parent.argv: /usr/bin/cc }', events)).toEqual([5]);
  });
});

describe('a started program', () => {
  const started: Event = {
    ...at,
    seq: 1,
    proc: 1,
    kind: 'process.exec',
    path: '/tmp/l',
    path2: '/home/ada/bin/tool',
  };

  test.each([
    ['program: /tmp/l', [1]],
    ['program: /home/ada/bin/tool', [1]],
    ['program|glob: ~/bin/*', [1]],
    ['program|endswith: /l', [1]],
    ['program|exists: true', [1, 2]],
    ['program|not|glob: ["/tmp/*"]', [2]],
    ['program|not|glob: ["/home/**"]', [2]],
    ['program: /usr/bin/cc', [2]],
    ['program: /a', []],
  ])('is found by its name and by where that leads: %s', async (condition, seqs) => {
    const events = [started, ran(2, '/usr/bin/cc')];
    expect(await hits(`match: { kind: process.exec, ${condition} }`, events)).toEqual(seqs);
  });

  test('is not what is renamed', async () => {
    const renamed: Event = { ...at, seq: 1, proc: 1, kind: 'file.rename', path: '/a', path2: '/tmp/l' };
    expect(await hits('match: { program|glob: /** }', [renamed])).toEqual([]);
  });
});
