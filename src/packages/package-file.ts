import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/user-error.ts';
import { toInboxName } from '../model/places.ts';
import type { PackageIdentity, PackageKind } from '../model/run.ts';
import { type FileNameParts, parseFileName } from './file-name.ts';
import { maxPackageBytes } from './limits.ts';
import { packFolder } from './source-folder.ts';
import { whileReading } from './while-reading.ts';

/** What is examined: its bytes, and what identifies them. */
export interface PackageFile {
  readonly identity: PackageIdentity;
  readonly bytes: Uint8Array;
  /** What the source folder has and the bytes have not: paths. */
  readonly leftOut: readonly string[];
}

/**
 * Reads an sdist, a wheel or a source folder. Nothing of it is unpacked or executed here.
 * Throws a `UserError` when there is nothing there that could be a package.
 */
export async function readPackage(location: string): Promise<PackageFile> {
  const found = await stat(location).catch((cause: unknown) => {
    throw new UserError(`${location}: no such file or folder`, {
      help: 'give an sdist (.tar.gz, .zip), a wheel (.whl), a source folder, or name==version',
      cause,
    });
  });
  if (found.isDirectory()) return fromFolder(location);
  if (!found.isFile()) throw new UserError(`${location}: neither a file nor a folder`);
  if (found.size > maxPackageBytes) {
    throw new UserError(`${location}: ${found.size} bytes are more than the limit of ${maxPackageBytes}`);
  }
  return toPackageFile(path.basename(location), await whileReading(location, readFile(location)));
}

/** Checks that `bytes` look like what `file` is called, and names them. */
export function toPackageFile(file: string, bytes: Uint8Array): PackageFile {
  const parts = parseFileName(file);
  if (parts === undefined) {
    throw new UserError(`${file}: not the name of an sdist or a wheel`, {
      help: 'an sdist is called name-version.tar.gz or .zip, a wheel name-version-python-abi-platform.whl',
    });
  }
  refuseWrongContent(file, bytes);
  return { identity: identify(parts.kind, file, parts, bytes), bytes, leftOut: [] };
}

async function fromFolder(folder: string): Promise<PackageFile> {
  const name = path.basename(path.resolve(folder));
  const { bytes, leftOut } = await packFolder(folder, name);
  return { identity: identify('folder', `${name}.tar.gz`, undefined, bytes), bytes, leftOut };
}

function identify(
  kind: PackageKind,
  file: string,
  parts: FileNameParts | undefined,
  bytes: Uint8Array,
): PackageIdentity {
  return {
    kind,
    file: toInboxName(file),
    name: parts?.name ?? null,
    version: parts?.version ?? null,
    sha256: sha256(bytes),
    bytes: bytes.length,
  };
}

/** gzip: RFC 1952; zip: a local file header, or the end record of an empty archive. */
const magics = {
  gzip: [[0x1f, 0x8b]],
  zip: [
    [0x50, 0x4b, 0x03, 0x04],
    [0x50, 0x4b, 0x05, 0x06],
  ],
} as const;

function refuseWrongContent(file: string, bytes: Uint8Array): void {
  const format = /\.(whl|zip)$/i.test(file) ? 'zip' : 'gzip';
  const fits = magics[format].some(magic => magic.every((byte, index) => bytes[index] === byte));
  if (fits) return;
  throw new UserError(`${file}: not a ${format} archive, whatever its name says`, {
    help:
      bytes.length === 0
        ? 'the file is empty'
        : 'check that the download was complete and is the file you meant',
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
