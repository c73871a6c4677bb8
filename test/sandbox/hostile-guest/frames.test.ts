import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { maxMessageBytes } from '../../../src/sandbox/agent/protocol.ts';
import { treeLimits } from '../../../src/sandbox/agent/tree/tree-limits.ts';
import { TreeReader } from '../../../src/sandbox/agent/tree/tree-reader.ts';
import {
  bye,
  chunk,
  exit,
  frameBytes,
  hello,
  honest,
  nonce,
  numbered,
  type PlainFrame,
  streamBytes,
} from '../agent/guest-frames.ts';

/** How a stream ends that comes in pieces of this size; a piece may be as small as a byte. */
function endOf(bytes: Uint8Array, pieceBytes = 65_536): string {
  const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
  const frames = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    frames.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  const last = [...frames, ...reader.end()].at(-1);
  return last?.kind === 'lost' ? last.reason : String(last?.kind);
}

const start = streamBytes(numbered([hello]));
/** What a guest may say after an honest hello. */
const afterHello = (...bytes: readonly number[]) => endOf(Buffer.concat([start, Buffer.from(bytes)]));

describe('a length', () => {
  test('of nothing is a frame of nothing', () => {
    expect(afterHello(0)).toBe('a frame could not be read');
  });

  test('of 2^32-1 is not waited for', () => {
    expect(afterHello(0xff, 0xff, 0xff, 0xff, 0x0f)).toBe('a frame has no sensible length');
  });

  test('that is negative, or has no end, is not waited for', () => {
    expect(afterHello(...Array.from({ length: 10 }, () => 0xff), 0x01)).toBe(
      'a frame has no sensible length',
    );
    expect(afterHello(...Array.from({ length: 1000 }, () => 0x80))).toBe('a frame has no sensible length');
  });

  test('that is promised and not kept leaves the stream without its trailer', () => {
    expect(afterHello(0x80, 0x80, 0x40, 1, 2, 3)).toBe('the stream ended before its trailer');
  });
});

describe('a bomb is a frame that cannot be read:', () => {
  /** A whole message: its length, then its bytes. */
  function delimited(body: Uint8Array): Uint8Array {
    const length = body.length;
    const varint = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
    return Buffer.concat([Buffer.from(varint), body]);
  }

  const bombs = {
    // Field 99, groups in groups.
    'a million groups that are opened': Buffer.alloc(maxMessageBytes, Buffer.from([0x9b, 0x06])),
    'half a million groups that are closed again': Buffer.concat([
      Buffer.alloc(maxMessageBytes / 2, Buffer.from([0x9b, 0x06])),
      Buffer.alloc(maxMessageBytes / 2, Buffer.from([0x9c, 0x06])),
    ]),
    // Frame.tree = 6, Tree.entries = 1.
    'half a million entries of nothing': Buffer.concat([
      Buffer.from([0x32, 0xfa, 0xff, 0x3f]),
      Buffer.alloc(maxMessageBytes - 6, Buffer.from([0x0a, 0x00])),
    ]),
    // Frame.exit = 4, Exit.caps = 4.
    'half a million caps of nothing': Buffer.concat([
      Buffer.from([0x22, 0xfa, 0xff, 0x3f]),
      Buffer.alloc(maxMessageBytes - 6, Buffer.from([0x22, 0x00])),
    ]),
    'a hello that is said half a million times': Buffer.alloc(maxMessageBytes, Buffer.from([0x12, 0x00])),
  } as const;

  test.each(Object.entries(bombs))('%s', (_name, body) => {
    const message = delimited(body);
    const began = performance.now();
    expect(endOf(Buffer.concat([start, message]))).toMatch(/a frame could not be read|stood where/);
    // A busy machine is slow; a bomb takes minutes or all memory.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('frames that are not those that were sent', () => {
  const shuffled = fc.shuffledSubarray([...honest], { minLength: 0, maxLength: honest.length });

  test('in another order, or not all of them, are no evidence', () => {
    fc.assert(
      fc.property(shuffled, frames => {
        const isHonest = frames.length === honest.length && frames.every((frame, at) => frame === honest[at]);
        expect(endOf(streamBytes(frames)) === 'bye').toBe(isHonest);
      }),
      { numRuns: 2000 },
    );
  });

  test('with any of them said twice are no evidence', () => {
    for (let at = 0; at < honest.length; at += 1) {
      const twice = [...honest.slice(0, at + 1), ...honest.slice(at)];
      expect(endOf(streamBytes(twice))).not.toBe('bye');
    }
  });

  test('are no evidence though their numbers are made to fit', () => {
    const bodies = honest.map(({ seq: _, ...body }) => body);
    for (let left = 0; left < bodies.length; left += 1) {
      expect(endOf(streamBytes(numbered(bodies.filter((_, at) => at !== left))))).not.toBe('bye');
      expect(
        endOf(streamBytes(numbered(bodies.flatMap((body, at) => (at === left ? [body, body] : [body]))))),
      ).not.toBe('bye');
    }
  });

  test('with another stream after them, or before them, are no evidence', () => {
    const bytes = streamBytes(honest);
    expect(endOf(Buffer.concat([bytes, bytes]))).toBe('there were frames after the end');
    expect(endOf(Buffer.concat([bytes.subarray(0, -1), bytes]))).not.toBe('bye');
  });

  test('of another run are no evidence', () => {
    const other = { hello: { ...Object(hello['hello']), nonce: Buffer.from('fedcba9876543210') } };
    const replayed = [{ seq: 0, ...other }, ...honest.slice(1)];
    expect(endOf(streamBytes(replayed))).toBe('the nonce is not the one that was given');
    const prefix = { hello: { ...Object(hello['hello']), nonce: nonce.subarray(0, 15) } };
    expect(endOf(streamBytes([{ seq: 0, ...prefix }, ...honest.slice(1)]))).not.toBe('bye');
  });

  test('changed anywhere, by any change, never pass for evidence of something else', () => {
    const whole = streamBytes(honest);
    const clean = evidenceOf(whole);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const evidence = evidenceOf(bytes);
        // The streams are hashed. What the agent says of itself (its clock, the exit) is not, and is data.
        if (evidence.end === 'bye') expect(evidence.streams).toEqual(clean.streams);
      }),
      { numRuns: 10_000 },
    );
  });
});

function evidenceOf(bytes: Uint8Array) {
  const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
  const frames = [...reader.push(bytes), ...reader.end()];
  const streams = frames.flatMap(frame =>
    frame.kind === 'chunk' ? [`${frame.stream}: ${Buffer.from(frame.bytes).toString('hex')}`] : [],
  );
  return { end: frames.at(-1)?.kind, streams };
}

describe('what a package writes', () => {
  test('is no trailer, though it looks like one', () => {
    const forged = streamBytes([
      { seq: 2, ...exit },
      { seq: 3, ...bye(3, {}) },
    ]);
    const spoofed: readonly PlainFrame[] = numbered([hello, chunk('stdout', forged)]);
    expect(endOf(streamBytes(spoofed))).toBe('the stream ended before its trailer');
    expect(endOf(streamBytes([...spoofed, { seq: 2, ...exit }]))).toBe('the stream ended before its trailer');
  });
});

describe('a stream in pieces of a byte', () => {
  test('is the same stream, also when its chunks are as large as they may be', () => {
    const text = 'x'.repeat(65_536);
    const bytes = streamBytes(numbered([hello, chunk('trace', text), exit, bye(3, { trace: text })]));
    expect(endOf(bytes, 1)).toBe('bye');
  });
});

describe('a list of files', () => {
  const entry = (path: string | Uint8Array) => ({ path: Buffer.from(path), type: 1, ctimeNs: '1' });
  const treeOf = (...paths: readonly (string | Uint8Array)[]) => {
    const reader = new TreeReader(nonce);
    const trailer = { bye: { frames: 2, entries: paths.length } };
    reader.push(streamBytes(numbered([hello, { tree: { entries: paths.map(entry) } }, trailer])));
    return reader.end();
  };

  test('holds names of the guest’s choosing as they are: they are text, never paths here', () => {
    const names = ['../../x', 'CON', 'a\0b', `/${'x'.repeat(4096)}`, '/\u202e\u001b[2J', '__proto__'];
    expect(treeOf(...names)).toMatchObject({ entries: { length: names.length } });
    const tree = treeOf(Buffer.from([0x2f, 0xff, 0xfe]));
    expect('entries' in tree && tree.entries[0]?.path).toBe('/\ufffd\ufffd');
  });

  test('ends at its limit of bytes', () => {
    const bytes = frameBytes({ seq: 0, ...hello });
    const small = new TreeReader(nonce, { ...treeLimits, bytes: bytes.length });
    small.push(bytes);
    expect(small.end()).toEqual({ problem: 'the stream ended before its trailer' });
    const smaller = new TreeReader(nonce, { ...treeLimits, bytes: bytes.length - 1 });
    smaller.push(bytes);
    expect(smaller.end()).toEqual({ problem: `its files come to more than ${bytes.length - 1} bytes` });
  });
});
