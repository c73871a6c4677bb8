/**
 * Whether machines and runs leave anything behind: restores a machine, runs one traced command in it, seals the bundle,
 * again and again; `npm run soak [-- ROUNDS [qemu|local]]`. Prints a line per ten rounds, then what it comes to; exit
 * code 0 only when every run was complete and nothing is left. Linux only: it reads /proc.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { defaultPlatform } from '../src/app/default-platform.ts';
import { loadRules, toRuleSet } from '../src/app/rules.ts';
import { newRunId } from '../src/app/run-id.ts';
import { openSandboxes } from '../src/app/sandboxes.ts';
import type { Sandbox } from '../src/model/ports.ts';
import { toPackageFile } from '../src/packages/package-file.ts';
import { recipeNamed } from '../src/runner/recipes.ts';
import { runPackage } from '../src/runner/run-package.ts';
import { createRunWriter } from '../src/store/run-writer.ts';
import { strace } from '../src/tracers/strace/index.ts';
import { ownProcesses, ownSessions } from '../test/helpers/own-sessions.ts';

/** What a soak looks at, of this process and of this host. */
interface Counts {
  /** Children of this process, theirs, and any that work in a session of ours. */
  readonly processes: number;
  /** Folders of sessions that are ours, and of bundles that were not taken away. */
  readonly folders: number;
  readonly descriptors: number;
  readonly residentMiB: number;
}

/** Allocators and compiled code settle: what the first rounds take is no leak. */
const warmUpRounds = 20;
/** How much the memory of the last rounds may exceed that after the warm-up. */
const allowedDrift = 0.05;

const rounds = Number(process.argv[2] ?? 200);
const backend = process.argv[3] === 'local' ? 'local' : 'qemu';
const signal = new AbortController().signal;
const progress = { start: () => () => undefined, note: () => undefined };
const { identity, bytes } = toPackageFile('soak-1.0.tar.gz', Buffer.from([0x1f, 0x8b]));
const quick = recipeNamed('quick');
const recipe = { name: 'soak', tasks: quick.tasks.filter(task => task.name === 'start') };

const runs = await mkdtemp(path.join(tmpdir(), 'buildhaus-soak-'));
try {
  process.exitCode = await soak();
} finally {
  await rm(runs, { recursive: true, force: true });
}

async function soak(): Promise<number> {
  const rules = await loadRules([]);
  const sandbox = await openSandboxes({
    ...{ sandbox: backend, allowWeakBoundary: true, requireStrongBoundary: false, mirror: undefined },
    ...{ progress, signal },
  })(defaultPlatform);
  const before = await count();
  const counted: Counts[] = [];
  const failures: string[] = [];
  let began = performance.now();
  for (let round = 1; round <= rounds; round += 1) {
    failures.push(...(await runOnce(sandbox, rules).catch((error: unknown) => [`round ${round}: ${error}`])));
    counted.push(await count());
    if (round % 10 !== 0) continue;
    const seconds = (performance.now() - began) / 10_000;
    console.log(
      `${String(round).padStart(4)}  ${describe(counted.at(-1) ?? before)}  ${seconds.toFixed(2)} s a round`,
    );
    began = performance.now();
  }
  for (const failure of failures) console.log(failure);
  const leaks = leaksOf(before, counted);
  for (const leak of leaks) console.log(leak);
  console.log(`${rounds} rounds on ${backend}: ${failures.length} failures, ${leaks.length} leaks`);
  return failures.length + leaks.length === 0 ? 0 : 1;
}

/** One machine, one command, one bundle; gives what was wrong with it. */
async function runOnce(
  sandbox: Sandbox,
  rules: Awaited<ReturnType<typeof loadRules>>,
): Promise<readonly string[]> {
  await using session = await sandbox.restore(defaultPlatform, signal);
  const run = newRunId(new Date());
  await using writer = await createRunWriter({ folder: runs, run });
  const { run: sealed, folder } = await runPackage({
    ...{ session, writer, recipe, progress, signal, bytes },
    tracer: strace,
    rules: toRuleSet(rules, { run, home: session.machine.home }),
    package: identity,
    index: null,
    clock: { nowMs: Date.now },
    buildhaus: 'soak',
  });
  await rm(folder, { recursive: true });
  const { integrity, reasons } = sealed.verdict;
  return integrity === 'complete' ? [] : [`${run}: ${integrity}: ${reasons.join('; ')}`];
}

async function count(): Promise<Counts> {
  // Given with --expose-gc: what could be freed is no leak.
  globalThis.gc?.();
  return {
    processes: (await ownProcesses()).size,
    folders: (await ownSessions()).size + (await readdir(runs)).length,
    descriptors: (await readdir('/proc/self/fd')).length,
    residentMiB: process.memoryUsage().rss / 1024 ** 2,
  };
}

function leaksOf(before: Counts, counted: readonly Counts[]): readonly string[] {
  const last = counted.at(-1);
  if (last === undefined) return ['nothing was counted'];
  const leaks = (['processes', 'folders'] as const)
    .filter(name => last[name] > before[name])
    .map(name => `${name}: ${before[name]} before, ${last[name]} after`);
  const isLong = counted.length > 2 * warmUpRounds;
  const half = Math.ceil(counted.length / 2);
  const settled = isLong ? counted.slice(warmUpRounds, 2 * warmUpRounds) : counted.slice(0, half);
  const ending = isLong ? counted.slice(-warmUpRounds) : counted.slice(-half);
  if (median(ending, 'descriptors') > median(settled, 'descriptors')) leaks.push('descriptors grow');
  if (!isLong) return leaks;
  const grown = median(ending, 'residentMiB') / median(settled, 'residentMiB') - 1;
  console.log(
    `resident memory: ${(grown * 100).toFixed(1)} % more in the last rounds than after the warm-up`,
  );
  if (grown > allowedDrift) leaks.push('resident memory grows');
  return leaks;
}

function median(counts: readonly Counts[], name: keyof Counts): number {
  const sorted = counts.map(one => one[name]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function describe({ processes, folders, descriptors, residentMiB }: Counts): string {
  const figures = [`${processes} processes`, `${folders} folders`, `${descriptors} descriptors`];
  return `${figures.join(', ')}, ${residentMiB.toFixed(0)} MiB`;
}
