import type { Progress } from '../../src/model/ports.ts';
import type { PackageIdentity } from '../../src/model/run.ts';
import { recipeNamed } from '../../src/runner/recipes.ts';
import type { RunRequest } from '../../src/runner/run-package.ts';
import { runPackage } from '../../src/runner/run-package.ts';
import type { Script } from './scripted-session.ts';
import { lineTracer, MemoryWriter, ScriptedSession } from './scripted-session.ts';

export const sdist: PackageIdentity = {
  kind: 'sdist',
  file: 'Sample-1.0.tar.gz',
  name: 'Sample',
  version: '1.0',
  sha256: 'ab',
  bytes: 3,
};
export const quiet: Progress = { start: () => () => undefined, note: () => undefined };

/** A run of a scripted session, to its end. */
export async function live(script: Script, changes: Partial<RunRequest> = {}) {
  const session = new ScriptedSession(script);
  const writer = new MemoryWriter();
  let nowMs = 1_800_000_000_000;
  const clock = {
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
  };
  const { run, folder } = await runPackage({
    session,
    writer,
    tracer: lineTracer,
    rules: { count: 3, evaluate: async () => ({ findings: [], unanswered: [] }) },
    package: sdist,
    bytes: new Uint8Array(3),
    recipe: recipeNamed('standard'),
    index: null,
    progress: quiet,
    clock,
    buildhaus: '0.1.0',
    signal: new AbortController().signal,
    ...changes,
  });
  const statuses = Object.fromEntries(run.tasks.map(task => [task.name, task.status]));
  const task = (name: string) => run.tasks.find(one => one.name === name);
  return { session, writer, run, folder, statuses, task };
}
