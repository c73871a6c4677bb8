import type { CapReached } from '../../../model/caps.ts';
import { FrameReader } from '../frame-reader.ts';
import type { GuestFrame } from '../protocol.ts';
import { type TreeLimits, treeLimits, treeTooLarge } from './tree-limits.ts';

/** One entry as the agent told it. */
export interface GuestTreeEntry {
  readonly path: string;
  /** Unlike any other entry's, where the path is no UTF-8. */
  readonly rawPath: string | undefined;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly bytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly ctime_ns: bigint;
  readonly target: string;
  readonly sha256: string | undefined;
  readonly device: string;
  readonly inode: string;
  readonly links: number;
  /** All that is below this folder is told. */
  readonly whole: boolean;
  readonly isUnread: boolean;
}

/** What an agent answered. */
export interface GuestTree {
  /** The guest's clock when it began to look. */
  readonly startedUnixNs: bigint;
  readonly entries: readonly GuestTreeEntry[];
}

/** Collects what `agent tree` writes. Never throws on the guest's bytes: `problem` says what is wrong with them, or too much. */
export class TreeReader {
  readonly #frames: FrameReader;
  readonly #entries: GuestTreeEntry[] = [];
  readonly #limits: TreeLimits;
  #bytes = 0;
  #startedUnixNs = 0n;
  #problem: string | undefined;
  #excess: CapReached | undefined;

  constructor(nonce: Uint8Array, limits: TreeLimits = treeLimits) {
    this.#frames = new FrameReader(nonce);
    this.#limits = limits;
  }

  /** Nothing that comes from here on can mend it. */
  get isOver(): boolean {
    return this.#excess !== undefined || this.#problem !== undefined;
  }

  /** There is more than is looked at. */
  get excess(): CapReached | undefined {
    return this.#excess;
  }

  push(chunk: Uint8Array): void {
    if (this.isOver) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.bytes) this.#excess = treeTooLarge('bytes', this.#limits);
    const { frames, broken } = this.#frames.push(chunk);
    for (const frame of frames) {
      if (this.#excess === undefined) this.#problem ??= this.#accept(frame);
    }
    this.#problem ??= broken;
  }

  /** What was told, or why nothing was. */
  end(): GuestTree | { readonly problem: string } {
    const problem = this.#excess?.message ?? this.#problem ?? this.#frames.end();
    if (problem !== undefined) return { problem };
    return { startedUnixNs: this.#startedUnixNs, entries: this.#entries };
  }

  #accept(frame: GuestFrame): string | undefined {
    switch (frame.body) {
      case 'hello':
        this.#startedUnixNs = frame.hello.startedUnixNs;
        return undefined;
      case 'tree':
        for (const { path, ctimeNs, sha256, unread, ...rest } of frame.tree.entries) {
          this.#entries.push({
            ...rest,
            path: path.text,
            rawPath: path.raw,
            ctime_ns: ctimeNs,
            sha256: sha256 === '' ? undefined : sha256,
            isUnread: unread,
          });
        }
        if (this.#entries.length > this.#limits.entries) this.#excess = treeTooLarge('entries', this.#limits);
        return undefined;
      case 'bye':
        return frame.bye.entries === this.#entries.length
          ? undefined
          : 'files sent and received differ in number';
      case 'fault':
        return `the agent gave up: ${frame.fault.reason}`;
      case 'programs':
      case 'sensed':
      case 'chunk':
      case 'exit':
        return 'an answer to another question';
    }
  }
}
