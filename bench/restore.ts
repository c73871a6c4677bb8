/**
 * How long machines take: cold boot, and from nothing to the first command's output; `npx tsx bench/restore.ts
 * [PLATFORM] [ROUNDS]`. The image is built first when it is not there. With every accelerator that works here.
 */
import { performance } from 'node:perf_hooks';
import { tryAccelerator } from '../src/sandbox/qemu/accelerator.ts';
import { restoreMachine } from '../src/sandbox/qemu/restore.ts';
import { createQemuSandbox, prepareMachine } from '../src/sandbox/qemu/sandbox.ts';
import { ensureSnapshot } from '../src/sandbox/qemu/snapshot/snapshot.ts';

const platform = process.argv[2] ?? 'debian-12/cpython-3.11';
const rounds = Number(process.argv[3] ?? 7);
const signal = AbortSignal.timeout(1_800_000);
const progress = {
  start: (step: string) => {
    const began = performance.now();
    return (outcome: string) => console.log(`${outcome} ${step}: ${seconds(performance.now() - began)}`);
  },
  note: () => undefined,
};

const { image, acceleration } = await prepareMachine(platform, { progress, signal });
for (const accelerator of ['kvm', 'hvf', 'tcg'] as const) {
  const { works, detail } = await tryAccelerator(accelerator, signal);
  if (works) await measure({ ...acceleration, accelerator });
  else console.log(`${platform} ${accelerator}: not measured, ${detail}`);
}

async function measure(chosen: typeof acceleration): Promise<void> {
  const snapshot = await ensureSnapshot(image, chosen, { progress, signal });
  const bare: number[] = [];
  const sessions: number[] = [];
  for (let round = 0; round < rounds; round += 1) bare.push(await timeFirstCommand(snapshot));
  if (chosen.accelerator === acceleration.accelerator) {
    const sandbox = createQemuSandbox({ progress });
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await using _ = await sandbox.restore(platform, signal);
      sessions.push(performance.now() - began);
    }
  }
  console.log(`${platform} ${chosen.accelerator}, QEMU ${chosen.version}, medians of ${rounds}`);
  console.log(`  cold boot to SSH            ${seconds(snapshot.coldBootMs)}`);
  console.log(`  restore to first command    ${summary(bare)}`);
  if (sessions.length > 0) console.log(`  restore to a session        ${summary(sessions)}`);
}

async function timeFirstCommand(snapshot: Parameters<typeof restoreMachine>[1]): Promise<number> {
  const began = performance.now();
  await using machine = await restoreMachine(image, snapshot, signal);
  const program = await machine.channel.exec(['/bin/echo', 'on'], signal);
  program.stdin.end();
  const first = await new Promise<number>(resolve => {
    program.stdout.once('data', () => resolve(performance.now() - began));
  });
  program.stdout.resume();
  await program.closed;
  return first;
}

function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return `${seconds(median)} (${seconds(sorted[0] ?? 0)} to ${seconds(sorted.at(-1) ?? 0)})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
