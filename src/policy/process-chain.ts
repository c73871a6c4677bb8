import type { ProcessLink } from '../model/finding.ts';
import type { Query } from '../model/ports.ts';
import { commandLine } from './summarize-event.ts';

/** Most links shown of a chain: the task's command, and the last ones before the process that acted. */
export const maxChainLength = 12;

interface Process {
  readonly parent: number | undefined;
  readonly pid: number;
  readonly command: string | undefined;
}

/** The processes of a run, by our own number. */
export type Processes = ReadonlyMap<number, Process>;

/** Reads who made whom in a run. */
export async function readProcesses(query: Query, run: string): Promise<Processes> {
  const rows = await query('SELECT proc, parent, pid, exe, argv FROM processes WHERE run = $run', { run });
  return new Map(
    rows.map(row => [
      Number(row['proc']),
      {
        parent: typeof row['parent'] === 'number' ? row['parent'] : undefined,
        pid: Number(row['pid']),
        command: commandLine(row['argv'], row['exe']),
      },
    ]),
  );
}

/** From the task's command down to the process that acted. A forked process runs its parent's program. */
export function processChain(processes: Processes, proc: number): readonly ProcessLink[] {
  const upwards: (readonly [number, Process])[] = [];
  const seen = new Set<number>();
  for (let at: number | undefined = proc; at !== undefined && !seen.has(at); ) {
    const process = processes.get(at);
    if (process === undefined) break;
    seen.add(at);
    upwards.push([at, process]);
    at = process.parent;
  }
  const chain: ProcessLink[] = [];
  for (const [number, { pid, command }] of upwards.reverse()) {
    chain.push({ proc: number, pid, command: command ?? chain.at(-1)?.command ?? `process ${pid}` });
  }
  return chain.length <= maxChainLength ? chain : [...chain.slice(0, 1), ...chain.slice(1 - maxChainLength)];
}
