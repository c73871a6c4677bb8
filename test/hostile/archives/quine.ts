import { crc32 } from 'node:zlib';
import { directoryPart, ends, localHeader, type ZipEntry } from './zip.ts';

/**
 * A zip whose only file is the zip itself, byte for byte: whoever unpacks what he finds in an archive never ends.
 *
 * Its content is a program of two instructions that both take five bytes: `say(n)`, n bytes that stand there, and
 * `again(n)`, the last n bytes of what was said. In units of five bytes, what each line says is what the program has next
 * (H the header of the file with the instruction behind it, E the end):
 *
 *     say(H) header say(H)                     header say(H)
 *     again(H)                                 header say(H)
 *     say(1) again(H)                          again(H)
 *     say(1) say(1)                            say(1)
 *     say(4) again(H) say(1) say(1) say(4)     again(H) say(1) say(1) say(4)
 *     again(4)                                 again(H) say(1) say(1) say(4)
 *     say(4) again(4) say(4) again(4) say(4)   again(4) say(4) again(4) say(4)
 *     again(4)                                 again(4) say(4) again(4) say(4)
 *     say(4) again(4) say(0) say(0) say(E)     again(4) say(0) say(0) say(E)
 *     again(4)                                 again(4) say(0) say(0) say(E)
 *     say(0) say(0) say(E) again(E) end        again(E) end
 *     again(E)                                 again(E) end
 *     end
 *
 * As Russ Cox explains in "Zip Files All The Way Down" (https://research.swtch.com/zip, 2010).
 */
export function quine(name: string): Uint8Array {
  const bare = { name, crc: 0, deflated: Buffer.alloc(0), size: 0n };
  const deflated = contentOf(bare);
  const size = BigInt(whole(bare).length);
  const of = (crc: number) => whole({ name, crc, deflated, size });
  return of(fixedPoint(crc => crc32(of(crc))));
}

const unit = 5;
function whole(entry: ZipEntry): Buffer {
  return Buffer.concat([localHeader(entry, 0), contentOf(entry), ending(entry)]);
}

function contentOf(entry: ZipEntry): Buffer {
  const first = localHeader(entry, 0);
  const open = first.length + unit;
  const close = Buffer.concat([end, ending(entry)]);
  const last = unit + close.length;
  const program = [
    ...[say(open), first, say(open)],
    again(open),
    ...[say(unit), again(open)],
    ...[say(unit), say(unit)],
    ...[say(4 * unit), again(open), say(unit), say(unit), say(4 * unit)],
    four,
    ...[say(4 * unit), four, say(4 * unit), four, say(4 * unit)],
    four,
    ...[say(4 * unit), four, say(0), say(0), say(last)],
    four,
    ...[say(0), say(0), say(last), again(last), close],
    again(last),
    end,
  ];
  return Buffer.concat(program);
}

/** The directory of the one file, the end of it, and a comment of one byte: `again` says the last of its bytes by itself. */
function ending(entry: ZipEntry): Buffer {
  const directory = directoryPart(entry, 0);
  const before = localHeader(entry, 0).length + (entry.deflated?.length ?? 0);
  const closing = Buffer.concat(ends(1, directory.length, before));
  closing.writeUInt16LE(1, 20); // how long the comment is
  return Buffer.concat([directory, closing, Buffer.from([0xff])]);
}

/** A block of deflate that holds `bytes` bytes as they are; they follow. */
function say(bytes: number): Buffer {
  const block = Buffer.alloc(unit);
  block.writeUInt16LE(bytes, 1);
  block.writeUInt16LE(bytes ^ 0xffff, 3);
  return block;
}

/** The last block, of nothing. */
const end = Buffer.from([1, 0, 0, 0xff, 0xff]);

/** Twice ten bytes from twenty before: 3 bits begin a block of fixed codes, 15 are one of the two, 7 end it. */
const four = bits('010', ...['0001000', '01000', '110'], ...['0001000', '01000', '110'], '0000000');

/** All but one of the last `bytes` bytes, and 0xff, the last of them: 3 bits, 21 for the one, 9 for the other, 7. */
function again(bytes: number): Buffer {
  return bits('010', ...lengthOf(bytes - 1), ...distanceOf(bytes), '111111111', '0000000');
}

/** Lengths from 67 to 114: three codes of seven bits with four further ones each, which stand backwards. */
function lengthOf(bytes: number): readonly string[] {
  const code = Math.floor((bytes - 67) / 16);
  return [(277 - 256 + code).toString(2).padStart(7, '0'), backwards((bytes - 67) % 16, 4)];
}

/** Distances from 65 to 128: two codes of five bits with five further ones each. */
function distanceOf(bytes: number): readonly string[] {
  const code = Math.floor((bytes - 65) / 32);
  return [(12 + code).toString(2).padStart(5, '0'), backwards((bytes - 65) % 32, 5)];
}

function backwards(value: number, digits: number): string {
  return [...value.toString(2).padStart(digits, '0')].reverse().join('');
}

/** Five bytes of bits, the first of them lowest. */
function bits(...parts: readonly string[]): Buffer {
  const text = parts.join('');
  const bytes = text.match(/.{8}/g) ?? [];
  if (text.length !== 8 * unit) throw new Error(`${text.length} bits are no instruction`);
  return Buffer.from(bytes.map(byte => Number.parseInt([...byte].reverse().join(''), 2)));
}

/** The number that is its own digest, once it stands in the file: digests are linear, so 32 equations of 32 bits say it. */
function fixedPoint(digest: (value: number) => number): number {
  const zero = digest(0);
  // Each row is what one bit of the number changes in the digest and in itself, and that bit.
  const rows = Array.from({ length: 32 }, (_, bit) => {
    const value = (1 << bit) >>> 0;
    return { changes: (digest(value) ^ zero ^ value) >>> 0, value };
  });
  let wanted = { changes: zero, value: 0 };
  for (let bit = 0; bit < 32; bit += 1) {
    const has = ({ changes }: { readonly changes: number }) => ((changes >>> bit) & 1) === 1;
    const pivot = rows.findIndex(has);
    const [row] = pivot < 0 ? [] : rows.splice(pivot, 1);
    if (row === undefined) continue;
    const without = (one: typeof row) =>
      has(one) ? { changes: (one.changes ^ row.changes) >>> 0, value: (one.value ^ row.value) >>> 0 } : one;
    rows.splice(0, rows.length, ...rows.map(without));
    wanted = without(wanted);
  }
  if (wanted.changes !== 0) throw new Error('no number is its own digest there: another name may have one');
  return wanted.value;
}
