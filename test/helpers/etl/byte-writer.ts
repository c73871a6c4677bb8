/** Writes little-endian values one after the other. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) this.#bytes.push(value & 0xff);
    return this;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) this.u8(value, value >>> 8);
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) this.u8(value, value >>> 8, value >>> 16, value >>> 24);
    return this;
  }

  u64(...values: readonly (number | bigint)[]): this {
    for (const value of values) {
      const bits = BigInt.asUintN(64, BigInt(value));
      this.u32(Number(bits & 0xffff_ffffn), Number(bits >> 32n));
    }
    return this;
  }

  /** As wide as a pointer of the writing process. */
  pointer(size: 4 | 8, ...values: readonly (number | bigint)[]): this {
    for (const value of values) {
      if (size === 8) this.u64(value);
      else this.u32(Number(value));
    }
    return this;
  }

  guid(text: string): this {
    const [a = '0', b = '0', c = '0', d = '', e = ''] = text.split('-');
    this.u32(Number.parseInt(a, 16)).u16(Number.parseInt(b, 16), Number.parseInt(c, 16));
    return this.u8(...Buffer.from(d + e, 'hex'));
  }

  /** UTF-16 with its terminating zero. */
  wide(text: string): this {
    for (let at = 0; at < text.length; at += 1) this.u16(text.charCodeAt(at));
    return this.u16(0);
  }

  /** Single bytes with their terminating zero. */
  narrow(text: string): this {
    return this.u8(...Buffer.from(text, 'latin1'), 0);
  }

  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.u8(byte);
    return this;
  }

  pad(length: number, filler = 0): this {
    while (this.#bytes.length < length) this.u8(filler);
    return this;
  }

  align(to: number): this {
    return this.pad(Math.ceil(this.#bytes.length / to) * to);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
