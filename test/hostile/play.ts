import { toRuleSet } from '../../src/app/rules.ts';
import { newRunId } from '../../src/app/run-id.ts';
import type { Sandbox, Session } from '../../src/model/ports.ts';
import type { Run } from '../../src/model/run.ts';
import { type PackageFile, readPackage, toPackageFile } from '../../src/packages/package-file.ts';
import type { RuleBook } from '../../src/policy/evaluate-rules.ts';
import { runPackage } from '../../src/runner/run-package.ts';
import { verifyRun } from '../../src/store/bundle/runs.ts';
import { openRuns, type RunReader } from '../../src/store/run-reader.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { strace } from '../../src/tracers/strace/index.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { archives } from './archives/archives.ts';
import type { PlayedCase } from './expectation.ts';
import { watchHost } from './host-watch.ts';
import { recipeOf } from './recipes.ts';

/** What cases are played in. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly platform: string;
  readonly rules: RuleBook;
}

/** What a case came to in one machine, and the store to ask about it. */
export interface Played {
  readonly run: Run;
  readonly store: RunReader;
  /** What is wrong with the host or the bundle afterwards. */
  readonly harm: readonly string[];
}

/** Longer than any case may take, whatever it does: a run that has no end by then is the defect looked for. */
export const boundMs = 420_000;

/** Plays one case in a fresh machine and hands what it came to to `judge`; throws when the run has no end. */
export async function play<T>(
  one: PlayedCase,
  folder: string | undefined,
  { sandbox, platform, rules }: Stage,
  judge: (played: Played) => Promise<T>,
): Promise<T> {
  await using runs = await temporaryFolder();
  await using host = await watchHost();
  const file = await packageOf(one, folder);
  const signal = AbortSignal.timeout(boundMs);
  const run = await runIn(one, { file, runs: runs.path, signal, sandbox, platform, rules });
  const damage = await verifyRun(runs.path, run.run);
  const harm = [
    ...(await host.changes()),
    ...damage.map(problem => `the bundle: ${JSON.stringify(problem)}`),
  ];
  await using store = await openRuns(runs.path, [run.run]);
  return await judge({ run, store, harm });
}

async function packageOf(one: PlayedCase, folder: string | undefined): Promise<PackageFile> {
  if (one.archive === undefined) {
    if (folder === undefined) throw new Error(`${one.id}: there is no package beside its expectation`);
    return readPackage(folder);
  }
  const make = archives[one.archive];
  if (make === undefined) throw new Error(`${one.id}: there is no archive ${one.archive}`);
  const { file, bytes } = make();
  return toPackageFile(file, bytes);
}

async function runIn(
  one: PlayedCase,
  how: Stage & { readonly file: PackageFile; readonly runs: string; readonly signal: AbortSignal },
): Promise<Run> {
  const { file, runs, signal, sandbox, platform, rules } = how;
  await using session = await sandbox.restore(platform, signal);
  const run = newRunId(new Date());
  await using writer = await createRunWriter({ folder: runs, run });
  const sealed = await runPackage({
    session: one.user === 'root' ? withRoot(session) : session,
    writer,
    tracer: strace,
    rules: toRuleSet(rules, { run, home: session.machine.home }),
    package: file.identity,
    bytes: file.bytes,
    recipe: recipeOf(one),
    index: null,
    progress: quietProgress,
    clock: { nowMs: Date.now },
    buildhaus: 'hostile',
    signal,
  });
  return sealed.run;
}

/** No analysis runs a package as root; the room has to hold one all the same. */
function withRoot(session: Session): Session {
  return {
    ...session,
    run: (command, signal) =>
      session.run(command.task === 'act' ? { ...command, user: 'root' } : command, signal),
  };
}
