import type { GuestChannel, GuestProcess } from '../agent/channel.ts';
import { type AnswerLimits, askGuestProgram, startGuestProgram } from '../agent/guest-program.ts';
import { bootstrap, encodeScript } from './powershell.ts';

/** Most that a script of ours says. */
const answerCap = 64 * 1024 * 1024;

/** How long a script of ours may take that is no command. */
export const scriptMs = 120_000;

/** Runs one of our scripts on the machine and gives its lines; throws what it complained of when it fails. */
export async function runScript(
  channel: GuestChannel,
  script: string,
  limits: AnswerLimits & { readonly input?: Uint8Array },
): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const take = (chunk: Uint8Array) => {
    length += chunk.length;
    if (length > answerCap) throw new Error('the machine said more than a script of ours ever does');
    chunks.push(chunk);
  };
  const input = encodeScript(script, limits.input);
  const within = { timeoutMs: scriptMs, ...limits };
  const { code, complaint } = await askGuestProgram(channel, bootstrap, input, take, within);
  if (code !== 0) throw new Error(complaint === '' ? `a script of ours ended with ${code}` : complaint);
  return Buffer.concat(chunks)
    .toString('utf8')
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
