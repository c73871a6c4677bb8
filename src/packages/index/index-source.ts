import type { PackageIndex } from '../../model/ports.ts';
import { isProjectName, normalizeName } from '../file-name.ts';
import { notFound, projectPage, rootPage } from './simple-page.ts';

/** One file that an index offers. */
export interface IndexedFile {
  readonly filename: string;
  readonly sha256?: string | undefined;
  readonly requiresPython?: string | undefined;
  /** Why its author withdrew it (PEP 592), empty when no reason was given. */
  readonly yanked?: string | undefined;
  /** Its bytes as they come: whoever opens it reads it to its end or cancels it. Throws when they cannot be had. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** Where an index takes its files from: a folder or another index. */
export interface IndexSource {
  projects(): Promise<readonly string[]>;
  /** The files of one project, none when it is not there. */
  files(name: string): Promise<readonly IndexedFile[]>;
}

/**
 * Shows a source as a simple index: `/simple/`, `/simple/<name>/`, `/files/<name>/<filename>`. Files are asked for by
 * project and file name only, so a guest can reach nothing that the source does not list.
 */
export function toPackageIndex(source: IndexSource): PackageIndex {
  return async request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 });
    const segments = new URL(request.url).pathname.split('/').filter(Boolean).map(safeDecode);
    const accept = request.headers.get('accept') ?? '';
    const [area = '', name = '', filename = ''] = segments;
    if (area === 'simple' && segments.length === 1) return rootPage(await source.projects(), accept);
    if (!isProjectName(name)) return notFound('that page');
    if (area === 'simple' && segments.length === 2) return answerProject(source, name, accept);
    if (area === 'files' && segments.length === 3) return answerFile(source, name, filename);
    return notFound('that page');
  };
}

async function answerProject(source: IndexSource, name: string, accept: string): Promise<Response> {
  const files = await source.files(name);
  if (files.length === 0) return notFound(name);
  const listed = files.map(file => ({
    filename: file.filename,
    url: `/files/${normalizeName(name)}/${encodeURIComponent(file.filename)}`,
    sha256: file.sha256,
    requiresPython: file.requiresPython,
    yanked: file.yanked,
  }));
  return projectPage(normalizeName(name), listed, accept);
}

async function answerFile(source: IndexSource, name: string, filename: string): Promise<Response> {
  const file = (await source.files(name)).find(candidate => candidate.filename === filename);
  if (file === undefined) return notFound(filename);
  return new Response(await file.open(), { headers: { 'content-type': 'application/octet-stream' } });
}

function safeDecode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not percent-encoding: then it names nothing that is listed.
    return '';
  }
}
