import { constants, crc32, deflateRawSync } from 'node:zlib';

/** One entry of a zip, as it is claimed. */
export interface ZipEntry {
  readonly name: string;
  /** The name before the content, where it is not the one in the directory at the end. */
  readonly localName?: string;
  readonly content?: string;
  /** The compressed bytes, where they are not those of the content. */
  readonly deflated?: Uint8Array;
  /** How they are compressed: 8 deflate, 12 bzip2. */
  readonly method?: 8 | 12;
  /** The digest of what they unpack to, where that is not the content. */
  readonly crc?: number;
  /** What the directory says of its size. */
  readonly size?: bigint;
  readonly mode?: number;
  /** Has no content of its own: the directory points to the entry before. */
  readonly overlaps?: boolean;
}

/** A zip of these entries. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let length = 0;
  let offset = 0;
  for (const entry of entries) {
    if (entry.overlaps !== true) {
      offset = length;
      const local = localPart(entry);
      parts.push(local);
      length += local.length;
    }
    directory.push(directoryPart(entry, offset));
  }
  return closed(parts, directory);
}

/**
 * A zip of entries that are all one content, the first's: each has a header of its own before it, and a field in that hides
 * the headers between. To who reads one of them nothing is wrong.
 */
export function overlappingZip(entries: readonly ZipEntry[]): Uint8Array {
  let hidden = 0;
  const headers = entries.toReversed().map(entry => {
    const header = localHeader(entry, hidden);
    hidden += header.length;
    return header;
  });
  headers.reverse();
  let offset = 0;
  const directory = entries.map((entry, index) => {
    const part = directoryPart(entry, offset);
    offset += headers[index]?.length ?? 0;
    return part;
  });
  return closed([...headers, ...entries.slice(0, 1).map(bytesOf)], directory);
}

/** Zeros, deflated a thousandfold: `mebibytes` of them cost a kilobyte each and no time. */
export function deflatedZeros(mebibytes: number): Uint8Array {
  const zeros = Buffer.alloc(1 << 20);
  const block = deflateRawSync(zeros, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...new Array<Buffer>(mebibytes).fill(block), deflateRawSync(Buffer.alloc(0))]);
}

/** Zeros by bzip2 at its best: 32 bytes are 46 megabytes of them, a block that needs no end behind it. */
export function bzippedZeros(blocks: number): Uint8Array {
  const block = Buffer.from('3141592653590e09e2df015f8e4000c0000008200030804d4642a025a90a8097', 'hex');
  return Buffer.concat([Buffer.from('BZh9'), ...new Array<Buffer>(blocks).fill(block)]);
}

/** What was written, the directory of it, and the end. */
function closed(parts: readonly Uint8Array[], directory: readonly Buffer[]): Uint8Array {
  const content = Buffer.concat(parts);
  const table = Buffer.concat(directory);
  return Buffer.concat([content, table, ...ends(directory.length, table.length, content.length)]);
}

function bytesOf({ content = '', deflated }: ZipEntry): Uint8Array {
  return deflated ?? deflateRawSync(Buffer.from(content));
}

/** What both headers say: version, flags, method, time, digest, sizes. */
function facts(entry: ZipEntry): Buffer {
  const { content = '' } = entry;
  const size = entry.size ?? BigInt(Buffer.byteLength(content));
  const block = Buffer.alloc(22);
  block.writeUInt16LE(45, 0);
  block.writeUInt16LE(entry.method ?? 8, 4);
  block.writeUInt16LE(0x21, 8);
  block.writeUInt32LE(entry.crc ?? crc32(content), 10);
  block.writeUInt32LE(bytesOf(entry).length, 14);
  block.writeUInt32LE(isLarge(size) ? 0xffffffff : Number(size), 18);
  return block;
}

function localPart(entry: ZipEntry): Buffer {
  return Buffer.concat([localHeader(entry, 0), bytesOf(entry)]);
}

/** What stands before an entry's content; `hidden` bytes between the two are made to be no business of its reader. */
export function localHeader(entry: ZipEntry, hidden: number): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const field = Buffer.alloc(hidden > 0 ? 4 : 0);
  if (hidden > 0) field.writeUInt32LE(((hidden << 16) | unknownField) >>> 0);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length, 0);
  lengths.writeUInt16LE(field.length + hidden, 2);
  return Buffer.concat([Buffer.from('PK\x03\x04'), facts(entry), lengths, name, field]);
}

/** A number that no kind of extra field has. */
const unknownField = 0x9999;

/** What the directory says of an entry whose header stands at `offset`. */
export function directoryPart(entry: ZipEntry, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const extra = zip64Extra(entry);
  const rest = Buffer.alloc(18);
  rest.writeUInt16LE(name.length, 0);
  rest.writeUInt16LE(extra.length, 2);
  rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 10);
  rest.writeUInt32LE(offset, 14);
  const madeBy = Buffer.from([45, 3]); // 3: by Unix, so that the mode counts
  return Buffer.concat([Buffer.from('PK\x01\x02'), madeBy, facts(entry), rest, name, extra]);
}

/** A size beyond 32 bits stands in an extra field. */
function zip64Extra({ size }: ZipEntry): Buffer {
  if (size === undefined || !isLarge(size)) return Buffer.alloc(0);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(size, 4);
  return extra;
}

function isLarge(size: bigint): boolean {
  return size >= 0xffffffffn;
}

/** The end record; more entries than 16 bits can count need another one before it. */
export function ends(count: number, size: number, offset: number): readonly Buffer[] {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  const shown = Math.min(count, 0xffff);
  end.writeUInt16LE(shown, 8);
  end.writeUInt16LE(shown, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  if (count < 0xffff) return [end];
  const large = Buffer.alloc(56);
  large.write('PK\x06\x06', 0, 'latin1');
  large.writeBigUInt64LE(44n, 4);
  large.writeUInt16LE(45, 12);
  large.writeUInt16LE(45, 14);
  for (const at of [24, 32]) large.writeBigUInt64LE(BigInt(count), at);
  large.writeBigUInt64LE(BigInt(size), 40);
  large.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return [large, locator, end];
}
