import { unixMsToFileTime } from '../../../base/file-time.ts';
import { readGuid } from '../container/guid-texts.ts';
import { formatIpv4, formatIpv6 } from './ip-text.ts';

const wide = new TextDecoder('utf-16le', { ignoreBOM: true });
const narrow = new TextDecoder('utf-8', { ignoreBOM: true });

const MAX_SUB_AUTHORITIES = 15;
const SID_HEADER_BYTES = 8;
const IPV4_FAMILY = 2;
const IPV6_FAMILY = 23;

/**
 * Reads values from a payload one after the other. What is not there is not read: `isShort` says so from then on,
 * and every later value is empty. Nothing is read twice and nothing is longer than the payload.
 */
export class PayloadCursor {
  at = 0;
  isShort = false;
  readonly bytes: Uint8Array;
  readonly pointerSize: 4 | 8;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, pointerSize: 4 | 8) {
    this.bytes = bytes;
    this.pointerSize = pointerSize;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.#take(1) ? this.#view.getUint8(this.at - 1) : 0;
  }

  i8(): number {
    return this.#take(1) ? this.#view.getInt8(this.at - 1) : 0;
  }

  u16(): number {
    return this.#take(2) ? this.#view.getUint16(this.at - 2, true) : 0;
  }

  i16(): number {
    return this.#take(2) ? this.#view.getInt16(this.at - 2, true) : 0;
  }

  /** A port, which is in network order. */
  port(): number {
    return this.#take(2) ? this.#view.getUint16(this.at - 2) : 0;
  }

  u32(): number {
    return this.#take(4) ? this.#view.getUint32(this.at - 4, true) : 0;
  }

  i32(): number {
    return this.#take(4) ? this.#view.getInt32(this.at - 4, true) : 0;
  }

  u64(): bigint {
    return this.#take(8) ? this.#view.getBigUint64(this.at - 8, true) : 0n;
  }

  i64(): bigint {
    return this.#take(8) ? this.#view.getBigInt64(this.at - 8, true) : 0n;
  }

  f32(): number {
    return this.#take(4) ? this.#view.getFloat32(this.at - 4, true) : 0;
  }

  f64(): number {
    return this.#take(8) ? this.#view.getFloat64(this.at - 8, true) : 0;
  }

  pointer(): bigint {
    return this.pointerSize === 8 ? this.u64() : BigInt(this.u32());
  }

  guid(): string {
    return this.#take(16) ? readGuid(this.#view, this.at - 16) : '';
  }

  ip4(): string {
    return formatIpv4(this.raw(4));
  }

  ip6(): string {
    return formatIpv6(this.raw(16));
  }

  /** UTF-16 up to a zero, or to the end: Windows leaves out the last zero when a payload was cut to its limit. */
  wideText(): string {
    const from = this.at;
    let end = from;
    while (end + 2 <= this.bytes.length && this.#view.getUint16(end, true) !== 0) end += 2;
    const isEnded = end + 2 <= this.bytes.length;
    if (!isEnded) this.isShort = true;
    this.at = isEnded ? end + 2 : this.bytes.length;
    return decodeWide(this.bytes.subarray(from, end));
  }

  /** Single bytes up to a zero; UTF-8 where they are, as later versions write them. */
  narrowText(): string {
    const from = this.at;
    const found = this.bytes.indexOf(0, from);
    if (found < 0) this.isShort = true;
    this.at = found < 0 ? this.bytes.length : found + 1;
    return narrow.decode(this.bytes.subarray(from, found < 0 ? this.bytes.length : found));
  }

  /** UTF-16 in a field of `bytes` bytes: it ends at the first zero or with the field. */
  wideField(bytes: number): string {
    const text = decodeWide(this.raw(bytes - (bytes % 2)));
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  narrowField(bytes: number): string {
    const text = narrow.decode(this.raw(bytes));
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  /** Shares the payload's memory. */
  raw(bytes: number): Uint8Array {
    return this.#take(bytes) ? this.bytes.subarray(this.at - bytes, this.at) : this.bytes.subarray(0, 0);
  }

  rest(): Uint8Array {
    return this.raw(this.left);
  }

  align(to: number): void {
    this.raw(Math.min((to - (this.at % to)) % to, this.left));
  }

  /** `S-1-5-21-...`: a revision, a count, six bytes of authority in network order, `count` sub-authorities. */
  sid(): string {
    if (this.left < SID_HEADER_BYTES) {
      this.isShort = true;
      return '';
    }
    const [revision, count] = [this.u8(), this.u8()];
    const authority = this.#view.getUint16(this.at) * 0x1_0000_0000 + this.#view.getUint32(this.at + 2);
    this.at += 6;
    if (count > MAX_SUB_AUTHORITIES) {
      this.isShort = true;
      return '';
    }
    const parts = Array.from({ length: count }, () => this.u32());
    return this.isShort ? '' : ['S', revision, authority, ...parts].join('-');
  }

  /**
   * The TOKEN_USER of kernel events: a pointer and attributes, each as wide as a pointer, then the SID. A lone zero
   * pointer says that there is none; writers that copied the structure itself leave the pointer zero as well.
   */
  tokenUser(): string {
    const width = this.pointerSize;
    const hasPointer = this.bytes.subarray(this.at, this.at + width).some(byte => byte !== 0);
    if (!hasPointer && !this.#isSidAt(this.at + width * 2)) {
      this.raw(width);
      return '';
    }
    this.raw(width * 2);
    return this.sid();
  }

  /** A SOCKADDR of `bytes` bytes, as `10.0.0.1:53` or `[::1]:53`; empty for other families. */
  socketAddress(bytes: number): string {
    const inner = new PayloadCursor(this.raw(bytes), this.pointerSize);
    const [family, port] = [inner.u16(), inner.port()];
    if (family === IPV4_FAMILY) return `${inner.ip4()}:${port}`;
    if (family !== IPV6_FAMILY) return '';
    inner.raw(4);
    return `[${inner.ip6()}]:${port}`;
  }

  /** Eight 16-bit numbers from the year down; as FILETIME, so that all times of a trace are one kind of number. */
  systemTime(): bigint {
    const [year, month, _weekday, day] = [this.u16(), this.u16(), this.u16(), this.u16()];
    const [hour, minute, second, ms] = [this.u16(), this.u16(), this.u16(), this.u16()];
    const time = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    return this.isShort || Number.isNaN(time) ? 0n : unixMsToFileTime(time);
  }

  #isSidAt(at: number): boolean {
    const { bytes, pointerSize } = this;
    const attributes = bytes.subarray(at - pointerSize, at);
    return (
      attributes.length === pointerSize &&
      attributes.every(byte => byte === 0) &&
      bytes[at] === 1 &&
      (bytes[at + 1] ?? MAX_SUB_AUTHORITIES + 1) <= MAX_SUB_AUTHORITIES
    );
  }

  #take(bytes: number): boolean {
    if (this.isShort || bytes > this.bytes.length - this.at) {
      this.isShort = true;
      return false;
    }
    this.at += bytes;
    return true;
  }
}

const REPLACEMENT = '\ufffd';

/** A file's name may hold half a surrogate pair, which the decoder replaces: two different names would be one. */
function decodeWide(bytes: Uint8Array): string {
  const text = wide.decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  let exact = '';
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    exact += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  }
  return exact;
}
