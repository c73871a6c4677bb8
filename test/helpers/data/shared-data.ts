import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';

/**
 * Recorded files that are not ours to pass on stand beside the repository: in `../shared/data`, or where BUILDHAUS_DATA
 * says. Tests that need them are skipped without them, and say so.
 */
export const sharedData = findSharedData();

/** For `describe.skipIf`: whether `folder` is missing, which is said in one line, once. */
export function isMissing(folder: string): boolean {
  if (existsSync(path.join(sharedData, folder))) return false;
  if (!told)
    console.warn(`skipped: no ${folder} in ${sharedData}, where BUILDHAUS_DATA says recorded files are`);
  told = true;
  return true;
}

let told = false;

export function readData(...names: readonly string[]): Uint8Array {
  return readFileSync(path.join(sharedData, ...names));
}

/** The one member of a zip file whose name ends in `suffix`. */
export function readZipped(zip: Uint8Array, suffix: string): Uint8Array {
  const bytes = Buffer.from(zip);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === 0x0201_4b50) {
    const [nameBytes, extra, comment] = [28, 30, 32].map(field => bytes.readUInt16LE(at + field));
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0));
    if (name.endsWith(suffix)) return readMember(bytes, at);
    at += 46 + (nameBytes ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  throw new Error(`no ${suffix} in the archive`);
}

function readMember(bytes: Buffer, entry: number): Uint8Array {
  const isStored = bytes.readUInt16LE(entry + 10) === 0;
  const size = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const stored = bytes.subarray(from, from + size);
  return isStored ? stored : inflateRawSync(stored);
}

function findSharedData(): string {
  const given = process.env['BUILDHAUS_DATA'];
  if (given !== undefined) return given;
  return path.resolve(import.meta.dirname, '../../../../shared/data');
}
