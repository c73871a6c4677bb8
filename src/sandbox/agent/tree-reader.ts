import type { TreeEntry } from '../../model/ports.ts';
import { FrameReader } from './frame-reader.ts';
import type { GuestFrame } from './protocol.ts';

/** Collects what `agent tree` writes. Never throws on the guest's bytes: `problem` says what is wrong with them. */
export class TreeReader {
  readonly #frames: FrameReader;
  readonly #entries: TreeEntry[] = [];
  readonly #byteLimit: number;
  #bytes = 0;
  #problem: string | undefined;

  constructor(nonce: Uint8Array, byteLimit: number = maxTreeBytes) {
    this.#frames = new FrameReader(nonce);
    this.#byteLimit = byteLimit;
  }

  push(chunk: Uint8Array): void {
    if (this.#problem !== undefined) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#byteLimit) this.#problem = `more than ${this.#byteLimit} bytes`;
    const { frames, broken } = this.#frames.push(chunk);
    for (const frame of frames) this.#problem ??= this.#accept(frame);
    this.#problem ??= broken;
  }

  /** The whole tree, sorted by path, or why there is none. */
  end(): { readonly entries: readonly TreeEntry[] } | { readonly problem: string } {
    const problem = this.#problem ?? this.#frames.end();
    if (problem !== undefined) return { problem };
    return { entries: this.#entries.sort((one, other) => (one.path < other.path ? -1 : 1)) };
  }

  #accept(frame: GuestFrame): string | undefined {
    switch (frame.body) {
      case 'hello':
        return undefined;
      case 'tree':
        for (const { path, type, bytes, mode, ctimeNs, target } of frame.tree.entries) {
          const entry = { path, type, bytes, mode, ctime_ns: ctimeNs };
          this.#entries.push(type === 'symlink' ? { ...entry, target } : entry);
        }
        return this.#entries.length > maxTreeEntries ? `more than ${maxTreeEntries} files` : undefined;
      case 'bye':
        return frame.bye.entries === this.#entries.length
          ? undefined
          : 'files sent and received differ in number';
      case 'fault':
        return `the agent gave up: ${frame.fault.reason}`;
      case 'chunk':
      case 'exit':
        return 'an answer to another question';
    }
  }
}

/** What a million paths of usual length come to; an honest guest has some ten thousand. */
const maxTreeBytes = 256 * 1024 * 1024;
/** The agent has the same cap. */
export const maxTreeEntries = 1_000_000;
