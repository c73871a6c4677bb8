import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import { capBytes } from '../cap-bytes.ts';
import { maxRedirects } from '../limits.ts';
import { Silence } from './silence.ts';

/** A page or a file as it comes, and where it was found in the end. */
export interface UpstreamAnswer {
  readonly url: URL;
  readonly body: ReadableStream<Uint8Array>;
}

/** What is taken of an answer. */
export interface UpstreamQuestion {
  readonly limit: number;
  readonly accept?: string;
}

/**
 * Another index and what it leads to, over https only when it is itself. Its user and password go to its own origin,
 * as a header, and stand in no message: a message may reach the guest.
 */
export interface Upstream {
  /** The address that a page of it gives, its root unless told otherwise. Throws a `UserError` for one that is none. */
  locate(reference: string, page?: URL): URL;
  /** Undefined when nothing is there; throws a `UserError` when it cannot be had. */
  get(url: URL, question: UpstreamQuestion): Promise<UpstreamAnswer | undefined>;
}

/** How to mend what an index says. */
export const indexHelp = {
  help: 'check --index: a folder of sdists and wheels, or the URL of a simple index',
} as const;

const networkHelp = {
  kind: 'host',
  help: "try again; if it stays so, check this host's network and --index (HTTP_PROXY and HTTPS_PROXY are not used)",
} as const;

/** An index that says nothing for so long is given up, before its answer and within it: a slow line is no silent one. */
export const maxSilenceMs = 120_000;

/** Opens the index at a URL, which may name a user and a password. */
export function openUpstream(indexUrl: string, signal: AbortSignal, silenceMs = maxSilenceMs): Upstream {
  const { base, authorization } = readIndexUrl(indexUrl);
  const locate = (reference: string, page: URL = base) => {
    if (!URL.canParse(reference, page.href)) {
      throw new UserError(`${shown(page)}: names what is no address`, indexHelp);
    }
    const url = withoutUser(new URL(reference, page));
    if (url.protocol === 'https:' || (url.protocol === 'http:' && base.protocol === 'http:')) return url;
    throw new UserError(
      `${shown(page)}: leads to ${shown(url)}, which is no ${base.protocol} address`,
      indexHelp,
    );
  };
  const ask = (url: URL, silence: Silence, accept = '*/*') => {
    const own = url.origin === base.origin ? authorization : {};
    const until = AbortSignal.any([signal, silence.signal]);
    const asked = fetch(url, { signal: until, headers: { accept, ...own }, redirect: 'manual' });
    return asked.catch((cause: unknown) => {
      signal.throwIfAborted();
      const why = `cannot reach the package index: ${silence.words ?? reasonOf(cause)}`;
      throw new UserError(`${shown(url)}: ${why}`, { ...networkHelp, cause });
    });
  };
  return {
    locate,
    get: async (url, { limit, accept }) => {
      let place = url;
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const silence = new Silence(silenceMs);
        const response = await ask(place, silence, accept).finally(() => silence.end());
        const next = response.headers.get('location');
        if (!isRedirect(response) || next === null) {
          return toAnswer(response, place, { limit, signal, silence });
        }
        await letGo(response);
        place = locate(next, place);
      }
      throw new UserError(`${shown(url)}: more than ${maxRedirects} redirects`, indexHelp);
    },
  };
}

interface IndexUrl {
  readonly base: URL;
  readonly authorization: Readonly<Record<string, string>>;
}

function readIndexUrl(text: string): IndexUrl {
  if (!URL.canParse(text)) {
    // Not quoted: there may be a password in it.
    throw new UserError('--index: not the URL of an index', { ...indexHelp, kind: 'usage' });
  }
  const given = new URL(text.endsWith('/') ? text : `${text}/`);
  const base = withoutUser(given);
  if (given.username === '' && given.password === '') return { base, authorization: {} };
  const user = `${decoded(given.username)}:${decoded(given.password)}`;
  return { base, authorization: { authorization: `Basic ${Buffer.from(user).toString('base64')}` } };
}

function withoutUser(url: URL): URL {
  const clean = new URL(url);
  clean.username = '';
  clean.password = '';
  return clean;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that stands for itself.
    return text;
  }
}

/** An address without what may be secret in it: signed ones have their key after the question mark. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What failed: fetch says that it did, and why in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause) || 'nobody answers';
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function letGo(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

interface Reading {
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly silence: Silence;
}

async function toAnswer(response: Response, url: URL, reading: Reading): Promise<UpstreamAnswer | undefined> {
  if (!response.ok) {
    await letGo(response);
    if (response.status === 404) return undefined;
    throw new UserError(`${shown(url)}: the index answered ${response.status}`, indexHelp);
  }
  const body = readBody(response.body ?? new Blob([]).stream(), shown(url), reading);
  return { url, body: ReadableStream.from(body).pipeThrough(capBytes(reading.limit, shown(url))) };
}

async function* readBody(
  body: ReadableStream<Uint8Array>,
  place: string,
  { signal, silence }: Reading,
): AsyncGenerator<Uint8Array> {
  try {
    silence.begin();
    for await (const chunk of body) {
      silence.end();
      yield chunk;
      silence.begin();
    }
  } catch (cause) {
    signal.throwIfAborted();
    const why = silence.words === undefined ? '' : `: ${silence.words}`;
    throw new UserError(`${place}: broke off before its end${why}`, { ...networkHelp, cause });
  } finally {
    silence.end();
  }
}
