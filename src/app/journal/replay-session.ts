import { CapReached } from '../../model/caps.ts';
import type { EvidenceFrame, EvidenceStream } from '../../model/evidence.ts';
import type { Session, TreeEntry } from '../../model/ports.ts';
import type { Run } from '../../model/run.ts';
import type { Clock } from '../../runner/task/run-task.ts';
import { cannotRebuild } from './cannot-rebuild.ts';
import type { JournalLine } from './journal.ts';

/** Gives the next bytes of one stream of one task, exactly so many. */
export type ReadRaw = (task: string, stream: EvidenceStream, length: number) => Promise<Uint8Array>;

/** What a journal gives back: the session that said it, the clock that was read, and whether an index was shown. */
export interface Replay {
  readonly session: Session;
  readonly clock: Clock;
  readonly hasIndex: boolean;
  /** Throws unless all that the journal answers was asked, and nothing else. */
  end(): void;
}

type LineOf<Key extends string> = Extract<JournalLine, Readonly<Record<Key, unknown>>>;

/**
 * A session that says again what one said before, to the same questions in the same order. Another question means that
 * this version takes a run's tasks in another way: from there on every answer would be to something else.
 */
export function replaySession(lines: readonly JournalLine[], sealed: Run, readRaw: ReadRaw): Replay {
  const first = lines.find(isLine('places'));
  if (first === undefined) throw cannotRebuild(sealed, 'its journal does not say what its machine was');
  const clocks = queue(lines.filter(isLine('clock')).map(line => line.clock));
  const trees = queue(readTrees(lines, sealed));
  const served = queue(lines.filter(line => 'served' in line || 'not_served' in line));
  const runs = readRuns(lines);
  const questions = createQuestions(lines, sealed);
  let now = 0;
  const session: Session = {
    machine: sealed.machine,
    places: first.places,
    put: async () => undefined,
    async *run(command) {
      questions.ask(`run ${command.task}`);
      for (const line of runs.get(command.task) ?? []) yield await toFrame(line, command.task, readRaw);
    },
    listTree: async () => {
      questions.ask('list the tree');
      const tree = trees() ?? [];
      if (tree instanceof Error) throw tree;
      return tree;
    },
    serveIndex: async () => {
      questions.ask('serve the index');
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
  return { session, clock, hasIndex: first.index, end: questions.end };
}

/** Holds what is asked against what was asked then. The first difference stays: it may be caught where it is thrown. */
function createQuestions(lines: readonly JournalLine[], sealed: Run) {
  const then = lines.flatMap(questionOf);
  let next = 0;
  let difference: string | undefined;
  const compare = (question: string) => {
    const was = then[next] ?? end;
    next += 1;
    if (question !== was) difference ??= `this Buildhaus would ${question} where that run went on to ${was}`;
    if (difference !== undefined) throw cannotRebuild(sealed, difference);
  };
  return { ask: compare, end: () => compare(end) };
}

const end = 'end';

function questionOf(line: JournalLine): readonly string[] {
  if ('run' in line) return [`run ${line.run}`];
  if ('tree' in line || 'no_tree' in line) return ['list the tree'];
  return 'served' in line || 'not_served' in line ? ['serve the index'] : [];
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

/** The trees, and for one that could not be listed the error that says why. */
function readTrees(lines: readonly JournalLine[], sealed: Run): readonly (readonly TreeEntry[] | Error)[] {
  const known: TreeEntry[] = [];
  const trees: (readonly TreeEntry[] | Error)[] = [];
  for (const line of lines) {
    if ('no_tree' in line) trees.push(noTree(line));
    if (!('tree' in line)) continue;
    trees.push(
      line.tree.map(entry => {
        if (typeof entry !== 'number') known.push(entry);
        const found = typeof entry === 'number' ? known[entry] : entry;
        if (found === undefined)
          throw cannotRebuild(sealed, 'its journal names a file that it does not have');
        return found;
      }),
    );
  }
  return trees;
}

function noTree({ cap, no_tree: sentence }: LineOf<'no_tree'>): Error {
  return cap === undefined ? new Error(sentence) : new CapReached(cap, sentence);
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
