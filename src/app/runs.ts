import { UserError } from '../base/user-error.ts';
import type { Progress } from '../model/ports.ts';
import { nameOf, type Run } from '../model/run.ts';
import { listRuns, readRun, removeRun, sealedNames, verifyRun } from '../store/bundle/runs.ts';
import { rebuildRun } from './journal/rebuild-run.ts';
import { isRunName } from './run-id.ts';

/** One line of `runs list`. */
export interface RunSummary {
  readonly run: string;
  readonly started_at: string | null;
  readonly package: string;
  readonly platform: string | null;
  readonly grade: string | null;
  readonly behaviour: string | null;
  readonly integrity: string;
  readonly findings: number;
}

/** Every run, newest first; one that cannot be read is listed with its reason instead of its verdict. */
export async function summarizeRuns(folder: string): Promise<readonly RunSummary[]> {
  const { runs, unreadable } = await listRuns(folder);
  const damaged = unreadable.map(({ run, reason }) => ({
    run,
    started_at: null,
    package: reason,
    platform: null,
    grade: null,
    behaviour: null,
    integrity: 'unreadable',
    findings: 0,
  }));
  return [...runs.map(toSummary).reverse(), ...damaged];
}

/** Finds one run by its id, the unambiguous beginning of one, or `latest`. */
export async function findRun(folder: string, id: string): Promise<Run> {
  return readRun(folder, await resolveRunId(folder, id));
}

/**
 * The whole id for the beginning of one, or for `latest`; throws when there is none, or more than one. A folder that has
 * no name of ours, such as `archive`, is meant only by its whole name.
 */
export async function resolveRunId(folder: string, id: string): Promise<string> {
  const help = 'buildhaus runs list shows them; buildhaus analyze makes one';
  if (id === '') throw new UserError('the id of a run is empty', { kind: 'usage', help });
  const names = await sealedNames(folder);
  if (names.includes(id)) return id;
  const ours = names.filter(isRunName);
  if (id === 'latest') {
    const latest = ours.at(-1);
    if (latest === undefined) throw new UserError(`there are no runs in ${folder}`, { kind: 'usage', help });
    return latest;
  }
  const [first, second] = ours.filter(name => name.startsWith(id));
  if (first === undefined) throw new UserError(`there is no run ${id} in ${folder}`, { kind: 'usage', help });
  if (second !== undefined) throw new UserError(`${id} begins more than one run`, { kind: 'usage', help });
  return first;
}

/** Removes runs; nothing is removed when one of them is not there. */
export async function removeRuns(folder: string, ids: readonly string[]): Promise<void> {
  const names = await Promise.all(ids.map(id => resolveRunId(folder, id)));
  for (const name of names) await removeRun(folder, name);
}

/** What is not as it was sealed, one line a file; none when every byte is. */
export async function verifyBundle(folder: string, id: string): Promise<readonly string[]> {
  const problems = await verifyRun(folder, await resolveRunId(folder, id));
  return problems.map(({ file, problem, reason }) => `${file}: ${problem}: ${reason}`);
}

/** How the tables of one run compare with what was there, one line each; or why they could not be made. */
export interface RebuiltRun {
  readonly run: string;
  readonly lines: readonly string[];
  readonly ok: boolean;
}

/** Makes the tables of runs again, of all when none is named; one that cannot be rebuilt does not stop the next. */
export async function* rebuildRuns(
  folder: string,
  ids: readonly string[] | undefined,
  watch: { readonly progress: Progress; readonly signal: AbortSignal },
): AsyncGenerator<RebuiltRun> {
  const names = await (ids === undefined
    ? sealedNames(folder)
    : Promise.all(ids.map(id => resolveRunId(folder, id))));
  for (const run of names) {
    try {
      const tables = await rebuildRun(folder, run, watch);
      yield { run, lines: tables.map(({ file, outcome }) => `${file}: ${outcome}`), ok: true };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield { run, lines: [error.message], ok: false };
    }
  }
}

function toSummary(run: Run): RunSummary {
  return {
    run: run.run,
    started_at: run.started_at,
    package: nameOf(run.package),
    platform: run.machine.platform,
    grade: run.verdict.grade,
    behaviour: run.verdict.behaviour,
    integrity: run.verdict.integrity,
    findings: run.findings.length,
  };
}
