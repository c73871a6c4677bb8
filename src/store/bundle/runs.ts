import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { Run } from '../../model/run.ts';
import { bundleFolder, isRunId, parsePartial, runFile } from './layout.ts';
import { checkManifest, type ManifestProblem } from './manifest.ts';
import { parseRunDocument } from './run-document.ts';

/** A folder that looks like a run and cannot be read as one, and why. */
export interface UnreadableRun {
  readonly run: string;
  readonly reason: string;
}

/** The runs of a folder, oldest first. A bad one never hides the good ones. */
export interface RunList {
  readonly runs: readonly Run[];
  readonly unreadable: readonly UnreadableRun[];
}

/** Lists the sealed runs of a runs folder; a folder that is not there has none. */
export async function listRuns(folder: string): Promise<RunList> {
  const runs: Run[] = [];
  const unreadable: UnreadableRun[] = [];
  for (const run of await sealedNames(folder)) {
    try {
      runs.push(await readRun(folder, run));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ run, reason: error.message });
    }
  }
  runs.sort((a, b) => compare(a.started_at, b.started_at) || compare(a.run, b.run));
  return { runs, unreadable };
}

/** Reads one run; what is not there, damaged or from a newer program is refused with the fix. */
export async function readRun(folder: string, run: string): Promise<Run> {
  const file = join(bundleFolder(folder, run), runFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`there is no run ${run} in ${folder}`, {
      help: 'list the runs with: buildhaus runs list',
      cause,
    });
  }
  return parseRunDocument(text, run);
}

/** Removes one run, readable or not; one that is not there is refused. */
export async function removeRun(folder: string, run: string): Promise<void> {
  const bundle = bundleFolder(folder, run);
  const found = await stat(bundle).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UserError(`there is no run ${run} in ${folder}`, {
      help: 'list the runs with: buildhaus runs list',
    });
  }
  await rm(bundle, { recursive: true, force: true });
}

/** Compares a run's files with its manifest; an empty answer means that not one byte changed since it was sealed. */
export async function verifyRun(folder: string, run: string): Promise<readonly ManifestProblem[]> {
  return checkManifest(bundleFolder(folder, run));
}

/** Whether a process is still there, by its number and, where it was noted, its start time. */
export type IsRunning = (pid: number, startTime: string | undefined) => Promise<boolean>;

/** Removes what dead processes left of runs that were never sealed, and says which runs those were. */
export async function removePartials(folder: string, isRunning: IsRunning): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of await folderNames(folder)) {
    const partial = parsePartial(name);
    if (partial === undefined || (await isRunning(partial.pid, partial.startTime))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    removed.push(partial.run);
  }
  return removed;
}

/** The names of the folders that are runs by their spelling, sorted. */
export async function sealedNames(folder: string): Promise<readonly string[]> {
  return (await folderNames(folder)).filter(isRunId).sort();
}

async function folderNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(`the runs folder ${folder} cannot be read`, { kind: 'host', cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
