import type { GuestChannel, GuestProcess } from '../agent/channel.ts';
import { type AnswerLimits, runGuestProgram, startGuestProgram } from '../agent/guest-program.ts';
import { bootstrap, encodeScript } from './powershell.ts';

/** Most that a script of ours says. */
const outputCap = 64 * 1024 * 1024;

/** How long a script of ours may take that is no command. */
export const scriptMs = 120_000;

/** Runs one of our scripts on the machine and gives its lines; throws what it complained of when it fails. */
export async function runScript(
  channel: GuestChannel,
  script: string,
  limits: AnswerLimits & { readonly input?: Uint8Array },
): Promise<readonly string[]> {
  const input = encodeScript(script, limits.input);
  const said = await runGuestProgram(channel, bootstrap, {
    timeoutMs: scriptMs,
    ...limits,
    input,
    outputCap,
  });
  return said
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

/** Starts a script whose output is not ours to keep: it is read as it comes. */
export async function startScript(
  channel: GuestChannel,
  script: string,
  signal: AbortSignal,
): Promise<GuestProcess> {
  const program = await startGuestProgram(channel, bootstrap, signal);
  program.stdin.end(encodeScript(script));
  return program;
}
