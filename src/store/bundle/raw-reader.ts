import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { EvidenceStream } from '../../model/evidence.ts';
import { bundleFolder, journalFile, rawFile } from './layout.ts';

/** The bytes of one stream of one task of a sealed run, unpacked as they are read. */
export function readRawStream(
  folder: string,
  run: string,
  part: { readonly task: string; readonly stream: EvidenceStream },
): Readable {
  return unpack(join(bundleFolder(folder, run), rawFile(part.task, part.stream)));
}

/** The lines of a run's journal. */
export function readJournal(folder: string, run: string): AsyncIterable<string> {
  return createInterface({ input: unpack(join(bundleFolder(folder, run), journalFile)), crlfDelay: 0 });
}

function unpack(file: string): Readable {
  const unpacked = createGunzip();
  createReadStream(file)
    .on('error', error => unpacked.destroy(error))
    .pipe(unpacked);
  return unpacked;
}
