import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import { normalizeName } from '../file-name.ts';
import { maxIndexPageBytes, maxPackageBytes, rememberedPages } from '../limits.ts';
import type { IndexedFile, IndexSource } from './index-source.ts';
import { PageMemory, type ReadPage } from './page-memory.ts';
import { indexHelp, openUpstream, type Upstream } from './upstream.ts';

/** Where packages come from unless `--index` says otherwise. */
export const defaultIndexUrl = 'https://pypi.org/simple/';

const jsonType = 'application/vnd.pypi.simple.v1+json';

/** PEP 691, the part we use. Unknown keys are the index's own business. */
const projectPage = z.object({
  files: z.array(
    z.object({
      filename: z.string().max(300),
      url: z.string().max(4096),
      hashes: z
        .object({
          sha256: z
            .string()
            .regex(/^[0-9a-f]{64}$/i)
            .toLowerCase()
            .optional(),
        })
        .default({}),
      'requires-python': z.string().max(300).nullish(),
      yanked: z
        .union([z.boolean(), z.string()])
        .nullish()
        .transform(reason => (reason === true ? '' : reason || undefined)),
    }),
  ),
});

/**
 * Shows another index through this host: the guest names a project and a file, never an address. The index must speak
 * PEP 691, as PyPI and every current mirror software do.
 */
export function openUpstreamIndex(
  baseUrl: string,
  signal: AbortSignal,
  maxPageBytes = maxIndexPageBytes,
): IndexSource {
  const upstream = openUpstream(baseUrl, signal);
  const pages = new PageMemory<readonly IndexedFile[]>(rememberedPages);
  return {
    // Nobody needs the hundred thousand names of an upstream: clients ask for projects.
    projects: async () => [],
    files: name => {
      const project = normalizeName(name);
      return pages.get(project, () => readProject(upstream, project, maxPageBytes));
    },
  };
}

async function readProject(
  upstream: Upstream,
  project: string,
  maxPageBytes: number,
): Promise<ReadPage<readonly IndexedFile[]>> {
  const asked = upstream.locate(`${project}/`);
  const answer = await upstream.get(asked, { limit: maxPageBytes, accept: jsonType });
  if (answer === undefined) return { page: [], bytes: 0 };
  const text = await new Response(answer.body).text();
  const page = projectPage.safeParse(parseJson(text));
  if (!page.success) {
    throw new UserError(`${asked.href}: not a PEP 691 page`, { ...indexHelp, cause: page.error });
  }
  const files = page.data.files.map(file => ({
    filename: file.filename,
    sha256: file.hashes.sha256,
    requiresPython: file['requires-python'] ?? undefined,
    yanked: file.yanked,
    open: async () => openFile(upstream, file.filename, upstream.locate(file.url, answer.url)),
  }));
  return { page: files, bytes: Buffer.byteLength(text) };
}

async function openFile(upstream: Upstream, filename: string, url: URL): Promise<ReadableStream<Uint8Array>> {
  const answer = await upstream.get(url, { limit: maxPackageBytes });
  if (answer !== undefined) return answer.body;
  throw new UserError(`${filename}: the index lists it and does not have it`, indexHelp);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema says so, with the address.
    return undefined;
  }
}
