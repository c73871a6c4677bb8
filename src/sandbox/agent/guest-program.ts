import { setTimeout as wait } from 'node:timers/promises';
import type { GuestChannel, GuestProcess } from './channel.ts';

/** Where the agent stands in every guest. */
export const agentPath = '/run/agent/agent';

/** How long a program that was ended may take to be gone. */
const endingMs = 15_000;

/** Starts a program; what fails while writing to it shows in how it ends, not as an error of the stream. */
export async function startGuestProgram(
  channel: GuestChannel,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<GuestProcess> {
  signal.throwIfAborted();
  const program = await channel.exec(argv, signal);
  program.stdin.on('error', () => undefined);
  return program;
}

/** Ends a program whose output nobody wants any more, and waits until it is gone, but not for ever. */
export async function endGuestProgram(program: GuestProcess): Promise<void> {
  program.kill();
  const timer = new AbortController();
  await Promise.race([
    program.closed,
    wait(endingMs, undefined, { signal: timer.signal }).catch(() => undefined),
  ]);
  timer.abort();
}

/**
 * Runs a short program of ours to its end with `input` on its standard input, and gives its output, which may not be
 * longer than `outputCap` bytes. Throws when it fails.
 */
export async function runGuestProgram(
  channel: GuestChannel,
  argv: readonly string[],
  options: { readonly input: Uint8Array; readonly outputCap: number; readonly signal: AbortSignal },
): Promise<string> {
  const program = await startGuestProgram(channel, argv, options.signal);
  try {
    program.stdin.end(options.input);
    const output = await readAll(program, options.outputCap);
    const { code } = await program.closed;
    options.signal.throwIfAborted();
    if (code === 0) return output;
    throw new Error(
      `${argv.slice(0, 2).join(' ')} in the guest ended with ${code}: ${program.stderrText().trim()}`,
    );
  } finally {
    await endGuestProgram(program);
  }
}

async function readAll(program: GuestProcess, cap: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of program.stdout) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > cap) throw new Error('a program of ours in the guest said more than it ever does');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
