import { gzipSync } from 'node:zlib';

/** One entry of a tar, as it is claimed: nothing is checked, for that is the point. */
export interface TarEntry {
  readonly name: string;
  /** '0' a file, '1' a hard link, '2' a symbolic link, '3' a character device, '5' a folder, 'x' a pax header. */
  readonly type?: '0' | '1' | '2' | '3' | '5' | 'x';
  readonly link?: string;
  readonly mode?: number;
  readonly content?: string;
  /** What the header says, where that is not the content's. */
  readonly size?: number;
}

/** A .tar.gz of these entries. */
export function tarGz(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(entry => [header(entry), body(entry)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A .tar.gz whose first header says that gigabytes more of it follow; `mebibytes` of zeros do. */
export function endlessHeader(mebibytes: number): Uint8Array {
  const zeros = gzipSync(Buffer.alloc(1 << 20));
  const first = gzipSync(header({ name: 'pax', type: 'x', size: 3 * 1024 ** 3 }));
  return Buffer.concat([first, ...new Array<Buffer>(mebibytes).fill(zeros)]);
}

/** A header that gives the next entry a longer name, or a larger size, than a plain one can say. */
export function pax(records: Readonly<Record<string, string>>): TarEntry {
  const content = Object.entries(records).map(([key, value]) => paxRecord(` ${key}=${value}\n`));
  return { name: 'pax', type: 'x', content: content.join('') };
}

/** A record begins with its own length, that number's digits included. */
function paxRecord(rest: string): string {
  const bytes = Buffer.byteLength(rest);
  const length = [1, 2, 3, 4, 5]
    .map(digits => bytes + digits)
    .find(one => String(one).length + bytes === one);
  return `${length ?? 0}${rest}`;
}

function header({ name, type = '0', link = '', mode = 0o644, content = '', size }: TarEntry): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  writeSize(block, size ?? Buffer.byteLength(content));
  block.write(`${octal(0, 11)}\0        ${type}`, 136);
  block.write(link, 157, 100);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** What has no room in eleven octal digits is written as a number of base 256. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(`${octal(size, 11)}\0`, 124);
    return;
  }
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}

function body({ content = '' }: TarEntry): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
