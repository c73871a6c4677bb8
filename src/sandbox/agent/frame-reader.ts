import { MessageSplitter } from './message-splitter.ts';
import { decodeFrame, type GuestFrame, maxMessageBytes, protocolVersion } from './protocol.ts';

/** Frames that were read before the stream broke, if it did. */
export interface ReadFrames {
  readonly frames: readonly GuestFrame[];
  /** Why the stream is beyond belief; nothing after it is read. */
  readonly broken?: string;
}

/**
 * Reads what is common to every answer of the agent: framing, a first Hello of a version we know with the nonce we
 * gave, numbers without a gap, nothing after Bye or Fault. Never throws on what the guest sent.
 */
export class FrameReader {
  readonly #nonce: Uint8Array;
  readonly #splitter = new MessageSplitter(maxMessageBytes);
  #expectedSeq = 0;
  #ended = false;
  #broken = false;

  constructor(nonce: Uint8Array) {
    this.#nonce = nonce;
  }

  push(chunk: Uint8Array): ReadFrames {
    if (this.#broken || chunk.length === 0) return { frames: [] };
    const split = this.#splitter.push(chunk);
    const frames: GuestFrame[] = [];
    for (const message of split.messages) {
      const frame = decodeFrame(message);
      const problem = frame ? this.#check(frame) : 'a frame could not be read';
      if (problem !== undefined || !frame) return this.#break(frames, problem);
      frames.push(frame);
    }
    return split.broken ? this.#break(frames, 'a frame has no sensible length') : { frames };
  }

  /** Call at the end of the stream: says what is missing, if anything is. */
  end(): string | undefined {
    if (this.#ended) return this.#splitter.isBetweenMessages ? undefined : 'there were bytes after the end';
    if (this.#expectedSeq === 0) return 'the agent said nothing';
    return 'the stream ended before its trailer';
  }

  #break(frames: readonly GuestFrame[], problem: string | undefined): ReadFrames {
    this.#broken = true;
    return { frames, broken: problem ?? 'a frame could not be read' };
  }

  #check(frame: GuestFrame): string | undefined {
    if (this.#ended) return 'there were frames after the end';
    if (frame.seq !== this.#expectedSeq) return `frame ${frame.seq} stood where ${this.#expectedSeq} belongs`;
    if ((frame.seq === 0) !== (frame.body === 'hello')) return 'the first frame, and only that, says hello';
    this.#expectedSeq += 1;
    this.#ended = frame.body === 'bye' || frame.body === 'fault';
    if (frame.body !== 'hello') return undefined;
    const { version, nonce } = frame.hello;
    if (version < 1 || version > protocolVersion) {
      return `the agent speaks version ${version} of the protocol, we know 1 to ${protocolVersion}`;
    }
    return isSame(nonce, this.#nonce) ? undefined : 'the nonce is not the one that was given';
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
