import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { project } from '../helpers/buildhaus.ts';
import { type Case, caseSchema } from './expectation.ts';

/** A case, the file that says what is expected of it, and the folder of its package where there is one. */
export interface Entry {
  readonly file: string;
  readonly folder: string | undefined;
  readonly case: Case;
}

/** Where the hostile packages are, each beside its expectation. */
export const corpus = path.join(project, 'corpus', 'hostile');

/** Reads all cases, in the order of evidence.md. A file that is no expectation is our own mistake, and throws. */
export async function readCatalogue(): Promise<readonly Entry[]> {
  const names = await readdir(corpus, { recursive: true });
  const files = names.filter(name => name.endsWith('.yaml') && name.split('/').length === 2);
  const entries = await Promise.all(files.map(file => readEntry(path.join(corpus, file))));
  return entries.sort((a, b) => compare(a.case.id, b.case.id));
}

async function readEntry(file: string): Promise<Entry> {
  const read = caseSchema.safeParse(parse(await readFile(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${read.error.message}`);
  const folder = file.slice(0, -'.yaml'.length);
  const isThere = await stat(folder).then(
    found => found.isDirectory(),
    () => false,
  );
  return { file, folder: isThere ? folder : undefined, case: read.data };
}

const groups = 'ETIRHS';

function compare(one: string, other: string): number {
  const [group, number, letter] = parts(one);
  const [otherGroup, otherNumber, otherLetter] = parts(other);
  return group - otherGroup || number - otherNumber || letter.localeCompare(otherLetter);
}

function parts(id: string): readonly [number, number, string] {
  return [groups.indexOf(id.charAt(0)), Number.parseInt(id.slice(1), 10), id.replace(/^.\d+/, '')];
}
