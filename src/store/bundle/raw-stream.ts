import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** Compresses fast rather than small: a trace shrinks to about a tenth either way. */
const level = 1;

/** One file of raw evidence, compressed as the bytes come. A full disk fails the next `write` or `end`. */
export class RawStream {
  readonly #gzip = createGzip({ level });
  readonly #written: Promise<void>;
  #failure: unknown;

  constructor(path: string) {
    this.#written = pipeline(this.#gzip, createWriteStream(path, { flags: 'wx' }));
    // A failure is kept for the next call; without a handler it would end the program before that.
    this.#written.catch(error => {
      this.#failure = error;
    });
  }

  /** Resolves when more may be written: a slow disk slows the sender. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#gzip.write(bytes)) await Promise.race([once(this.#gzip, 'drain'), this.#written]);
  }

  /** Resolves when every byte is in the file. */
  async end(): Promise<void> {
    this.#gzip.end();
    await this.#written;
  }

  /** Lets go of the file without caring for its content. */
  async abandon(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
  }
}
