import { clip } from '../../base/clip.ts';
import { messageOf } from '../../base/message-of.ts';
import type { PackageIndex } from '../../model/ports.ts';

/** Longest story of an index that failed: it may quote what the guest asked for. */
export const maxIndexFailure = 500;
/** Most addresses whose failures are remembered: the guest asks for what it likes. */
export const maxIndexFailures = 100;

/**
 * The index, and how it first failed at what it did not give later either: the guest, who is only told that it did, tells
 * nobody why.
 */
export function watchIndex(index: PackageIndex | null) {
  const failures = new Map<string, string>();
  const fail = (url: string, cause: unknown) => {
    if (failures.size < maxIndexFailures && !failures.has(url))
      failures.set(url, clip(messageOf(cause), maxIndexFailure));
  };
  const failure = () => failures.values().next().value;
  if (index === null) return { index, failure };
  const ask: PackageIndex = async request => {
    const { url } = request;
    const response = await index(request).catch((cause: unknown) => {
      fail(url, cause);
      throw cause;
    });
    const { body, status, headers } = response;
    if (body === null) {
      failures.delete(url);
      return response;
    }
    return new Response(ReadableStream.from(watched(body)), { status, headers });

    async function* watched(parts: AsyncIterable<Uint8Array>) {
      try {
        yield* parts;
        failures.delete(url);
      } catch (cause) {
        fail(url, cause);
        throw cause;
      }
    }
  };
  return { index: ask, failure };
}
