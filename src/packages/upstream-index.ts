import { z } from 'zod';
import { UserError } from '../base/user-error.ts';
import { capBytes } from './cap-bytes.ts';
import { normalizeName } from './file-name.ts';
import type { IndexedFile, IndexSource } from './index-source.ts';
import { maxIndexPageBytes, maxPackageBytes, rememberedPages } from './limits.ts';
import { PageMemory, type ReadPage } from './page-memory.ts';

/** Where packages come from unless `--index` says otherwise. */
export const defaultIndexUrl = 'https://pypi.org/simple/';

const jsonType = 'application/vnd.pypi.simple.v1+json';
/** A page or a file that does not arrive in this time is given up. */
const timeoutMs = 120_000;

/** PEP 691, the part we use. Unknown keys are the index's own business. */
const projectPage = z.object({
  files: z.array(
    z.object({
      filename: z.string().max(300),
      url: z.string().max(4096),
      hashes: z.record(z.string(), z.string()).default({}),
      'requires-python': z.string().max(300).nullish(),
    }),
  ),
});

/**
 * Shows another index through this host: the guest names a project and a file, never an address. The index must speak
 * PEP 691, as PyPI and every current mirror software do.
 */
export function openUpstreamIndex(baseUrl: string, signal: AbortSignal): IndexSource {
  const base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  const pages = new PageMemory<readonly IndexedFile[]>(rememberedPages);
  return {
    // Nobody needs the hundred thousand names of an upstream: clients ask for projects.
    projects: async () => [],
    files: name => {
      const project = normalizeName(name);
      return pages.get(project, () => readProject(base, project, signal));
    },
  };
}

async function readProject(
  base: string,
  project: string,
  signal: AbortSignal,
): Promise<ReadPage<readonly IndexedFile[]>> {
  const url = new URL(`${project}/`, base);
  const response = await request(url, signal, { accept: jsonType });
  if (response.status === 404) return { page: [], bytes: 0 };
  if (!response.ok) throw new UserError(`${url.href}: the index answered ${response.status}`, indexHelp);
  const text = await new Response(bodyOf(response, { limit: maxIndexPageBytes, url, signal })).text();
  const page = projectPage.safeParse(parseJson(text));
  if (!page.success) {
    throw new UserError(`${url.href}: not a PEP 691 page`, { ...indexHelp, cause: page.error });
  }
  const files = page.data.files.map(file => ({
    filename: file.filename,
    sha256: file.hashes['sha256'],
    requiresPython: file['requires-python'] ?? undefined,
    open: () => openFile(new URL(file.url, url), signal),
  }));
  return { page: files, bytes: Buffer.byteLength(text) };
}

async function openFile(url: URL, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await request(url, signal, {});
  if (!response.ok) throw new UserError(`${url.href}: the index answered ${response.status}`, indexHelp);
  return bodyOf(response, { limit: maxPackageBytes, url, signal });
}

const indexHelp = {
  help: 'check --index: a folder of sdists and wheels, or the URL of a simple index',
} as const;

const networkHelp = {
  kind: 'host',
  help: "try again; if it stays so, check this host's network and --index",
} as const;

async function request(url: URL, signal: AbortSignal, headers: Record<string, string>): Promise<Response> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new UserError(`${url.href}: not an http address`, indexHelp);
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return fetch(url, { signal: limit, headers }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new UserError(`${url.href}: cannot reach the package index`, { ...networkHelp, cause });
  });
}

/** What is read of an answer, and from where. */
interface Reading {
  readonly limit: number;
  readonly url: URL;
  readonly signal: AbortSignal;
}

function bodyOf(response: Response, reading: Reading): ReadableStream<Uint8Array> {
  const body = response.body ?? new Blob([]).stream();
  return ReadableStream.from(readBody(body, reading)).pipeThrough(capBytes(reading.limit, reading.url.href));
}

async function* readBody(
  body: ReadableStream<Uint8Array>,
  { url, signal }: Reading,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    signal.throwIfAborted();
    throw new UserError(`${url.href}: broke off before its end`, { ...networkHelp, cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema says so, with the address.
    return undefined;
  }
}
