import { join } from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { EvidenceStream } from '../../model/evidence.ts';

/** Files of a bundle that are always there, beside the tables. */
export const runFile = 'run.json';
export const manifestFile = 'manifest.json';
/** Raw streams as they came, gzip (docs/decisions/0001-raw-evidence-is-gzip.md). */
export const evidenceFolder = 'evidence';
/** What a session said beside its streams, so that the tables can be made again. */
export const journalFile = `${evidenceFolder}/journal.gz`;
/** What DuckDB does not keep in memory while the run is made; gone when it is sealed. */
export const scratchFolder = 'scratch';

/** The newest layout this program writes, and the newest it can read. */
export const schemaVersion = 1;

/** Longest run id: leaves room for the partial folder's prefix in a file name. */
export const maxRunIdLength = 128;
const runId = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
const taskName = /^[a-z0-9][a-z0-9-]{0,63}$/;
const partialName = /^\.partial-(.+)-(\d+)(?:@([A-Za-z0-9]+))?$/;

/** Whether `name` can be a run's id: one path segment, never hidden. */
export function isRunId(name: string): boolean {
  return name.length <= maxRunIdLength && runId.test(name);
}

/** The folder of a sealed run; refuses ids that are no plain folder names. */
export function bundleFolder(runs: string, run: string): string {
  if (!isRunId(run)) {
    throw new UserError(`"${run}" is not a run id`, {
      kind: 'usage',
      help: 'list the runs with: buildhaus runs list',
    });
  }
  return join(runs, run);
}

/** A bundle to be made. */
export interface BundlePlace {
  /** The runs folder. */
  readonly folder: string;
  readonly run: string;
  /** When this process started: tells what it leaves from what a later one with its number is making. */
  readonly startTime?: string | undefined;
}

/** The folder a run is made in by this process; hidden, so that no reader takes it for a run. */
export function partialFolder({ folder, run, startTime }: BundlePlace): string {
  const since = startTime === undefined ? '' : `@${startTime}`;
  return join(folder, `.partial-${run}-${process.pid}${since}`);
}

/** Reads back what `partialFolder` wrote; undefined for any other folder. Earlier versions noted no start time. */
export function parsePartial(
  name: string,
): { readonly run: string; readonly pid: number; readonly startTime: string | undefined } | undefined {
  const [, run, pid, startTime] = partialName.exec(name) ?? [];
  return run === undefined || pid === undefined ? undefined : { run, pid: Number(pid), startTime };
}

/** The Parquet file of one table. */
export function tableFile(table: string): string {
  return `${table}.parquet`;
}

/** The raw file of one stream of one task, relative to the bundle. */
export function rawFile(task: string, stream: EvidenceStream): string {
  if (!taskName.test(task))
    throw new Error(`a task's name is lower case letters, digits and dashes: ${task}`);
  return `${evidenceFolder}/${task}.${stream}.gz`;
}
