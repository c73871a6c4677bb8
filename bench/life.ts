/**
 * How long a package's whole life takes in a machine, phase by phase: `npm run bench:life -- SDIST [PLATFORM] [INDEX]`.
 * `examples/fetch-sdists` brings MarkupSafe, the sdist of bench/README.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { analyzePackage } from '../src/app/analyze.ts';
import { defaultPlatform } from '../src/app/default-platform.ts';

const [sdist, platform = defaultPlatform, index] = process.argv.slice(2);
if (sdist === undefined) throw new Error('usage: npm run bench:life -- SDIST [PLATFORM] [INDEX]');

const runs = await mkdtemp(path.join(tmpdir(), 'buildhaus-bench-'));
try {
  const empty = await mkdtemp(path.join(runs, 'index-'));
  const began = performance.now();
  const analyzed = await analyzePackage({
    package: sdist,
    indexLocation: index ?? empty,
    platforms: [platform],
    recipe: 'standard',
    timeoutMs: undefined,
    sandbox: 'qemu',
    allowWeakBoundary: false,
    requireStrongBoundary: false,
    mirror: undefined,
    tty: false,
    ruleFolders: [],
    runsFolder: runs,
    buildhaus: 'bench',
    progress: { start: () => () => undefined, note: () => undefined },
    signal: new AbortController().signal,
  });
  const [run] = analyzed.runs;
  for (const { name, status, duration_ms, events } of run?.tasks ?? []) {
    console.log(
      `${name.padEnd(14)} ${status.padEnd(16)} ${(duration_ms / 1000).toFixed(1)} s  ${events} events`,
    );
  }
  console.log(`${run?.machine.accelerator}: ${((performance.now() - began) / 1000).toFixed(1)} s in all`);
} finally {
  await rm(runs, { recursive: true, force: true });
}
