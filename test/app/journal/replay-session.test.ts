import { expect, test } from 'vitest';
import { type JournalLine, journalLine } from '../../../src/app/journal/journal.ts';
import { replaySession } from '../../../src/app/journal/replay-session.ts';
import type { EvidenceFrame, TracedCommand } from '../../../src/model/evidence.ts';
import { linuxPlaces } from '../../../src/model/places.ts';
import { runWith } from '../../helpers/runs.ts';

const never = new AbortController().signal;
const places: JournalLine = { places: { ...linuxPlaces('mira', '/home/mira'), python: [] }, index: true };

function replayOf(...lines: readonly JournalLine[]) {
  const replay = replaySession(
    [places, ...lines],
    runWith({}),
    async (_, __, length) => new Uint8Array(length),
  );
  const run = async (task: string) => {
    const command: TracedCommand = {
      ...{ task, phase: 'build', argv: [], cwd: '/', env: {}, user: 'user', network: 'deny', tty: false },
      limits: {
        ...{ wallMs: 0, processes: 0, memoryBytes: 0, fileBytes: 0 },
        ...{ outputBytes: 0, traceBytes: 0, lingerMs: 0 },
      },
    };
    const frames: EvidenceFrame[] = [];
    for await (const frame of replay.session.run(command, never)) frames.push(frame);
    return frames;
  };
  return { ...replay, run };
}

test('a session says again what it said, to the same questions in the same order', async () => {
  const { session, run, end } = replayOf(
    { served: 'http://x/simple/' },
    { run: 'fetch' },
    { chunk: 'trace', length: 3 },
    { frame: { kind: 'bye', dropped: { stdout: 7 } } },
    { no_tree: 'busy' },
    { tree: [] },
  );
  expect((await session.serveIndex(async () => new Response(), never)).url).toBe('http://x/simple/');
  expect(await run('fetch')).toEqual([
    { kind: 'chunk', stream: 'trace', bytes: new Uint8Array(3) },
    { kind: 'bye', dropped: { stdout: 7 } },
  ]);
  await expect(session.listTree(never)).rejects.toThrow('busy');
  expect(await session.listTree(never)).toEqual([]);
  end();
});

test.each([
  ['keeps the nonce of its markers', { nonce: 'ab' }],
  ['has none where its journal is of before there was one', {}],
])('a hello %s', async (_, nonce) => {
  const hello = { kind: 'hello', tracer: 'etw', tracerArgv: ['logman'], kernel: '10', ...nonce };
  const { run } = replayOf({ run: 'build' }, journalLine.parse({ frame: { ...hello, startedUnixNs: '7' } }));
  expect(await run('build')).toStrictEqual([{ ...hello, startedUnixNs: 7n }]);
});

test('a question that the journal does not have next is refused, and so is every later one', async () => {
  const { session, run, end } = replayOf({ run: 'fetch' }, { tree: [] });
  const refusal = 'this Buildhaus would list the tree where that run went on to run fetch';
  await expect(session.listTree(never)).rejects.toThrow(refusal);
  await expect(session.listTree(never)).rejects.toThrow(refusal);
  await expect(run('fetch')).rejects.toThrow(refusal);
  expect(end).toThrow(refusal);
});

test('a journal that goes on after the last question is refused', async () => {
  const { run, end } = replayOf({ run: 'fetch' }, { run: 'build' });
  await run('fetch');
  expect(end).toThrow('this Buildhaus would end where that run went on to run build');
});

test('a journal that names what it does not have is refused', () => {
  expect(() => replayOf({ tree: [0] })).toThrow('its journal names a file that it does not have');
  expect(() => replaySession([], runWith({}), async () => new Uint8Array())).toThrow(
    'its journal does not say what its machine was',
  );
});
