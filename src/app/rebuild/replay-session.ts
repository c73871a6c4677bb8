import { assertDefined } from '../../base/assert.ts';
import type { EvidenceFrame, EvidenceStream } from '../../model/evidence.ts';
import type { Session, TreeEntry } from '../../model/ports.ts';
import type { Machine } from '../../model/run.ts';
import type { Clock } from '../../runner/run-task.ts';
import type { JournalLine } from './journal.ts';

/** Gives the next bytes of one stream of one task, exactly so many. */
export type ReadRaw = (task: string, stream: EvidenceStream, length: number) => Promise<Uint8Array>;

/** What a journal gives back: the session that said it, the clock that was read, and whether an index was shown. */
export interface Replay {
  readonly session: Session;
  readonly clock: Clock;
  readonly hasIndex: boolean;
}

type LineOf<Key extends string> = Extract<JournalLine, Readonly<Record<Key, unknown>>>;

/** A session that says again what one said before. Answers of each kind come in their old order. */
export function replaySession(lines: readonly JournalLine[], machine: Machine, readRaw: ReadRaw): Replay {
  const first = assertDefined(lines.find(isLine('places')), 'the first line of a journal');
  const clocks = queue(lines.filter(isLine('clock')).map(line => line.clock));
  const trees = queue(readTrees(lines));
  const served = queue(lines.filter(line => 'served' in line || 'not_served' in line));
  const runs = readRuns(lines);
  let now = 0;
  const session: Session = {
    machine,
    places: first.places,
    put: async () => undefined,
    async *run(command) {
      for (const line of runs.get(command.task) ?? []) yield await toFrame(line, command.task, readRaw);
    },
    listTree: async () => {
      const tree = trees() ?? 'the journal has no more trees';
      if (typeof tree === 'string') throw new Error(tree);
      return tree;
    },
    serveIndex: async () => {
      const line = served();
      if (line !== undefined && 'served' in line) {
        return { url: line.served, [Symbol.asyncDispose]: async () => undefined };
      }
      throw new Error(line !== undefined && 'not_served' in line ? line.not_served : 'not in the journal');
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const clock = {
    nowMs: () => {
      now = clocks() ?? now;
      return now;
    },
  };
  return { session, clock, hasIndex: first.index };
}

type Said = LineOf<'chunk'> | LineOf<'frame'>;

/** What each task's command said, by the task. */
function readRuns(lines: readonly JournalLine[]): ReadonlyMap<string, readonly Said[]> {
  const runs = new Map<string, Said[]>();
  let said: Said[] = [];
  for (const line of lines) {
    if ('run' in line) {
      said = [];
      runs.set(line.run, said);
    } else if ('chunk' in line || 'frame' in line) said.push(line);
  }
  return runs;
}

/** The trees, and for one that could not be listed the sentence that says why. */
function readTrees(lines: readonly JournalLine[]): readonly (readonly TreeEntry[] | string)[] {
  const known: TreeEntry[] = [];
  const trees: (readonly TreeEntry[] | string)[] = [];
  for (const line of lines) {
    if ('no_tree' in line) trees.push(line.no_tree);
    if (!('tree' in line)) continue;
    trees.push(
      line.tree.map(entry => {
        if (typeof entry === 'number')
          return assertDefined(known[entry], `entry ${entry} of a journal's trees`);
        known.push(entry);
        return entry;
      }),
    );
  }
  return trees;
}

async function toFrame(line: Said, task: string, readRaw: ReadRaw): Promise<EvidenceFrame> {
  if ('frame' in line) return line.frame;
  return { kind: 'chunk', stream: line.chunk, bytes: await readRaw(task, line.chunk, line.length) };
}

function isLine<Key extends string>(key: Key): (line: JournalLine) => line is LineOf<Key> {
  return (line): line is LineOf<Key> => key in line;
}

function queue<T>(items: readonly T[]): () => T | undefined {
  let next = 0;
  return () => {
    next += 1;
    return items[next - 1];
  };
}
