import { EtlReader, type EtwItem } from '../../../src/tracers/etw/etl-reader.ts';
import type { EtwRecord } from '../../../src/tracers/etw/record.ts';

/** All that a reader gives for `bytes`, handed to it in chunks of `chunkBytes`. */
export function readEtl(bytes: Uint8Array, chunkBytes = bytes.length): EtwItem[] {
  const items: EtwItem[] = [];
  const reader = new EtlReader(item => items.push(item));
  for (let at = 0; at < bytes.length; at += Math.max(1, chunkBytes)) {
    reader.push(bytes.subarray(at, at + Math.max(1, chunkBytes)));
  }
  reader.end();
  return items;
}

/** The records after the file's own header. */
export function recordsOf(items: readonly EtwItem[]): EtwRecord[] {
  return items.filter(item => item.kind === 'record').filter(({ group, id }) => group !== 0 || id !== 0);
}
