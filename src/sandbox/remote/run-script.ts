import type { Readable } from 'node:stream';
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

/** Chunks of a stream; ends early, with what to say of it, when `limitMs` of waiting for the machine are over. */
export async function* readWithin(stream: Readable, limitMs: number): AsyncGenerator<Uint8Array, boolean> {
  const chunks = stream[Symbol.asyncIterator]();
  let leftMs = limitMs;
  for (;;) {
    const before = Date.now();
    const next = await nextWithin(chunks, leftMs);
    if (next === 'late') return false;
    if (next.done === true) return true;
    leftMs -= Date.now() - before;
    yield Buffer.from(next.value);
  }
}

async function nextWithin(
  chunks: AsyncIterator<Uint8Array>,
  leftMs: number,
): Promise<IteratorResult<Uint8Array> | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), Math.max(0, Math.min(leftMs, 2 ** 31 - 1)));
  });
  // An error of the stream is its end: what is missing then, the count and the hash say.
  const arrival = chunks.next().catch((): IteratorResult<Uint8Array> => ({ done: true, value: undefined }));
  const first = await Promise.race([arrival, late]);
  clearTimeout(timer);
  return first;
}
