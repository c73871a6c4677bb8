import { createHash } from 'node:crypto';
import type { Acceleration } from '../accelerator.ts';
import { cpuModel, kernelCommandLine } from '../machine.ts';
import { warmUps } from './warm-ups.ts';

/** Of every machine of ours. */
export const guestSize = { memoryMiB: 1536, cpus: 2 } as const;

/**
 * What a snapshot is called that was made with this QEMU and accelerator. It holds what its kernel was told and what was
 * warmed up: another machine gets a snapshot of its own.
 */
export function snapshotName({
  version,
  accelerator,
}: Pick<Acceleration, 'version' | 'accelerator'>): string {
  const preparation = JSON.stringify([kernelCommandLine(accelerator), warmUps]);
  const prepared = createHash('sha256').update(preparation).digest('hex').slice(0, 8);
  const machine = `${cpuModel(accelerator)}-${guestSize.memoryMiB}M-${guestSize.cpus}cpu`;
  return `qemu-${version}-${accelerator}-${machine}-${prepared}`;
}
