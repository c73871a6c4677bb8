import { jsonText } from '../../base/json-text.ts';
import { messageOf } from '../../base/message-of.ts';
import { CapReached } from '../../model/caps.ts';
import type { EvidenceFrame } from '../../model/evidence.ts';
import type { Session, TreeEntry } from '../../model/ports.ts';
import type { Clock } from '../../runner/task/run-task.ts';

/** Takes the lines of a journal, in order. */
export interface JournalWriter {
  keepJournal(line: string): Promise<void>;
}

/** A session whose every answer is also kept in the run's journal, and a clock whose every reading is. */
export async function recordSession(
  session: Session,
  {
    journal,
    clock,
    hasIndex,
  }: { readonly journal: JournalWriter; readonly clock: Clock; readonly hasIndex: boolean },
): Promise<{ readonly session: Session; readonly clock: Clock }> {
  const keep = (line: object) => journal.keepJournal(jsonText(line));
  const trees = new TreeWriter();
  await keep({ places: session.places, index: hasIndex });
  return {
    clock: {
      nowMs: () => {
        const now = clock.nowMs();
        // What could not be written is told by the next line that is waited for.
        keep({ clock: now }).catch(() => undefined);
        return now;
      },
    },
    session: {
      machine: session.machine,
      places: session.places,
      put: (name, bytes, signal) => session.put(name, bytes, signal),
      async *run(command, signal) {
        await keep({ run: command.task });
        for await (const frame of session.run(command, signal)) {
          await keep(lineOf(frame));
          yield frame;
        }
      },
      listTree: signal =>
        session.listTree(signal).then(
          async tree => {
            await keep({ tree: trees.write(tree) });
            return tree;
          },
          async (cause: unknown) => {
            const cap = cause instanceof CapReached ? { cap: cause.cap } : {};
            await keep({ no_tree: messageOf(cause), ...cap });
            throw cause;
          },
        ),
      serveIndex: (index, signal) =>
        session.serveIndex(index, signal).then(
          async served => {
            await keep({ served: served.url });
            return served;
          },
          async (cause: unknown) => {
            await keep({ not_served: messageOf(cause) });
            throw cause;
          },
        ),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    },
  };
}

function lineOf(frame: EvidenceFrame): object {
  switch (frame.kind) {
    case 'chunk':
      return { chunk: frame.stream, length: frame.bytes.length };
    case 'hello':
      return { frame: { ...frame, startedUnixNs: String(frame.startedUnixNs) } };
    default:
      return { frame };
  }
}

/** Writes an entry that is as it was in the tree before by its number, its place among all that were written: most are. */
class TreeWriter {
  #count = 0;
  #last: ReadonlyMap<string, Written> = new Map();

  write(tree: readonly TreeEntry[]): readonly unknown[] {
    const written = new Map<string, Written>();
    const lines = tree.map(entry => {
      const key = entry.raw_path ?? entry.path;
      const was = this.#last.get(key);
      const isKnown = was !== undefined && isSame(was.entry, entry);
      written.set(key, isKnown ? was : { number: this.#count, entry });
      if (isKnown) return was.number;
      this.#count += 1;
      return toLine(entry);
    });
    this.#last = written;
    return lines;
  }
}

interface Written {
  readonly number: number;
  readonly entry: TreeEntry;
}

/** Where a machine is asked only for what changed, the rest are the very objects of before. */
function isSame(one: TreeEntry, other: TreeEntry): boolean {
  return one === other || jsonText(toLine(one)) === jsonText(toLine(other));
}

function toLine(entry: TreeEntry): object {
  return { ...entry, ctime_ns: String(entry.ctime_ns) };
}
