import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Monitor } from './monitor.ts';

/** Bytes kept of what the guest writes to its console: a ring, so it can write without end. */
export const consoleRingBytes = 64 * 1024;

/** What is shown of it, and how long QEMU may take to tell. */
const shownLines = 12;
const shownLineLength = 200;
const tellTimeoutMs = 2_000;

/** The last lines that a guest wrote to its console; none when its QEMU is gone or does not answer. */
export async function readConsole(monitor: Monitor): Promise<readonly string[]> {
  const ring = { device: 'console', size: consoleRingBytes, format: 'utf8' };
  const asked = monitor.execute('ringbuf-read', ring).catch(() => '');
  const said = await Promise.race([asked, sleep(tellTimeoutMs, '', { ref: false })]);
  const lines = z
    .string()
    .catch('')
    .parse(said)
    .split(/[\r\n]+/);
  return lines
    .filter(line => line.trim() !== '')
    .slice(-shownLines)
    .map(line => line.slice(0, shownLineLength));
}
