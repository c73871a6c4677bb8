import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { maxChunkBytes, maxFramePrograms, maxMessageBytes } from '../../../src/sandbox/agent/protocol.ts';
import {
  bye,
  chunk,
  exit,
  hello,
  honest,
  nonce,
  numbered,
  type PlainFrame,
  streamBytes,
} from './guest-frames.ts';

function read(bytes: Uint8Array, cuts: readonly number[] = [], caps = { traceBytes: 0, outputBytes: 0 }) {
  const reader = new EvidenceReader({ nonce, ...caps });
  const borders = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const frames = borders
    .slice(1)
    .flatMap((end, index) => reader.push(bytes.subarray(borders[index] ?? 0, end)));
  return [...frames, ...reader.end()];
}

function readFrames(frames: readonly PlainFrame[]) {
  return read(streamBytes(frames));
}

function reasonOf(frames: readonly EvidenceFrame[]): string | undefined {
  const last = frames.at(-1);
  return last?.kind === 'lost' ? last.reason : undefined;
}

const closings = (frames: readonly EvidenceFrame[]) =>
  frames.filter(({ kind }) => kind === 'bye' || kind === 'lost').length;

const text = (value: string) => new Uint8Array(Buffer.from(value));

describe('an honest stream', () => {
  test('becomes evidence', () => {
    expect(readFrames(honest)).toEqual([
      {
        kind: 'hello',
        tracer: 'strace 6.13',
        tracerArgv: ['strace'],
        kernel: 'Linux 6.1',
        startedUnixNs: 1700000000000000001n,
      },
      { kind: 'chunk', stream: 'trace', bytes: text('9 getpid() = 9\n9 +++ ex') },
      { kind: 'chunk', stream: 'stdout', bytes: text('out') },
      { kind: 'chunk', stream: 'trace', bytes: text('ited with 3 +++\n') },
      {
        kind: 'exit',
        code: 3,
        signal: null,
        timedOut: false,
        caps: ['stdout-bytes'],
        survivors: [{ pid: 9, command: 'sleep 1' }],
        durationMs: 40,
        cpuMs: 12,
      },
      { kind: 'bye', dropped: { stdout: 777 } },
    ]);
  });

  test('gives the same evidence wherever it is split', () => {
    const bytes = streamBytes(honest);
    const whole = read(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), cuts => {
        expect(read(bytes, cuts)).toEqual(whole);
      }),
    );
    expect(read(bytes, [...bytes.keys()])).toEqual(whole);
  });

  test('names the signal that ended the command', () => {
    const frames = readFrames(numbered([hello, { exit: { signal: 'SIGSYS' } }, bye(2, {})]));
    expect(frames[1]).toMatchObject({ kind: 'exit', code: null, signal: 'SIGSYS' });
    expect(frames.at(-1)).toEqual({ kind: 'bye' });
  });

  test('may hold fields of a later minor change', () => {
    const withNewField = Buffer.concat([streamBytes(honest.slice(0, -1)), laterBye()]);
    expect(read(withNewField).at(-1)).toEqual({ kind: 'bye', dropped: { stdout: 777 } });
  });
});

/** The honest trailer with an unknown field 99 appended. */
function laterBye(): Uint8Array {
  const frame = streamBytes(honest.slice(-1));
  const unknown = Buffer.from([0x98, 0x06, 0x01]);
  const lengthBytes = (frame[0] ?? 0) >= 0x80 ? 2 : 1;
  const body = Buffer.concat([frame.subarray(lengthBytes), unknown]);
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from(length), body]);
}

describe('a stream that cannot be believed is lost, with the reason:', () => {
  const cases: Readonly<Record<string, readonly [readonly PlainFrame[], string]>> = {
    'nothing at all': [[], 'the agent said nothing'],
    'another nonce': [
      numbered([{ hello: { version: 1, nonce: Buffer.from('another') } }]),
      'the nonce is not the one that was given',
    ],
    'a version from the future': [
      numbered([{ hello: { version: 2, nonce } }]),
      'the agent speaks version 2 of the protocol, we know 1 to 1',
    ],
    'no version': [
      numbered([{ hello: { nonce } }]),
      'the agent speaks version 0 of the protocol, we know 1 to 1',
    ],
    'no hello': [numbered([chunk('stdout', 'x')]), 'the first frame, and only that, says hello'],
    'a second hello': [numbered([hello, hello]), 'the first frame, and only that, says hello'],
    'a gap': [
      [
        { seq: 0, ...hello },
        { seq: 2, ...exit },
      ],
      'frame 2 stood where 1 belongs',
    ],
    'a replay': [[...honest.slice(0, 2), ...honest.slice(1, 2)], 'frame 1 stood where 2 belongs'],
    'a frame of no known kind': [[{ seq: 0, ...hello }, { seq: 1 }], 'a frame could not be read'],
    'a missing trailer': [honest.slice(0, -1), 'the stream ended before its trailer'],
    'a trailer without an exit': [numbered([hello, bye(1, {})]), 'the trailer came before the exit'],
    'output after the exit': [
      numbered([hello, exit, chunk('stdout', 'x')]),
      'something came between exit and trailer',
    ],
    'two exits': [numbered([hello, exit, exit]), 'something came between exit and trailer'],
    'frames after the trailer': [[...honest, { seq: 6, ...exit }], 'there were frames after the end'],
    'a wrong number of frames': [
      numbered([hello, exit, bye(3, {})]),
      'frames sent and received differ in number',
    ],
    'a trailer without every stream': [
      numbered([hello, exit, { bye: { frames: 2 } }]),
      'the trailer does not speak of every stream',
    ],
    'bytes that differ': [
      numbered([hello, chunk('stdout', 'abc'), exit, bye(3, { stdout: 'abd' })]),
      'what was sent and received of stdout differs',
    ],
    'lines that differ': [
      numbered([hello, chunk('trace', 'a\n'), exit, bye(3, { trace: 'ab' })]),
      'what was sent and received of trace differs',
    ],
    'an answer to another question': [
      numbered([hello, { tree: { entries: [] } }]),
      'an answer to another question',
    ],
    'an agent that gave up': [
      numbered([hello, { fault: { reason: 'no namespaces' } }]),
      'the agent gave up: no namespaces',
    ],
  };

  test.each(Object.entries(cases))('%s', (_name, [frames, reason]) => {
    const evidence = readFrames(frames);
    expect(reasonOf(evidence)).toBe(reason);
    expect(closings(evidence)).toBe(1);
  });

  test('bytes after the trailer', () => {
    const evidence = read(Buffer.concat([streamBytes(honest), Buffer.from([5])]));
    expect(reasonOf(evidence)).toBe('there were bytes after the end');
  });
});

describe('any bytes whatsoever', () => {
  test('never throw and end in exactly one of bye and lost', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const evidence = read(bytes);
        expect(closings(evidence)).toBe(1);
        expect(evidence.at(-1)?.kind).toBe('lost');
      }),
    );
  });

  test('an honest stream cut anywhere is lost', () => {
    const bytes = streamBytes(honest);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(closings(read(bytes.subarray(0, length)))).toBe(1);
      expect(read(bytes.subarray(0, length)).at(-1)?.kind).toBe('lost');
    }
  });
});

describe('every cap is held at its limit:', () => {
  const stream = (content: string) =>
    streamBytes(numbered([hello, chunk('stdout', content), exit, bye(3, { stdout: content })]));

  test('a chunk of 64 KiB is read, one byte more is not', () => {
    expect(read(stream('x'.repeat(maxChunkBytes))).at(-1)?.kind).toBe('bye');
    expect(reasonOf(read(stream('x'.repeat(maxChunkBytes + 1))))).toBe('a frame could not be read');
  });

  test('an empty chunk is none', () => {
    expect(reasonOf(readFrames(numbered([hello, chunk('stdout', '')])))).toBe('a frame could not be read');
  });

  test('output as long as its cap is read, one byte more is not', () => {
    const caps = { traceBytes: 0, outputBytes: 10 };
    expect(read(stream('x'.repeat(10)), [], caps).at(-1)?.kind).toBe('bye');
    expect(reasonOf(read(stream('x'.repeat(11)), [], caps))).toBe(
      'more stdout came than its cap of 10 bytes',
    );
  });

  test('a length of 1 MiB is waited for, one byte more is not', () => {
    const reason = (length: number) => {
      const bytes = Buffer.from([(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14]);
      return reasonOf(read(Buffer.concat([streamBytes(numbered([hello])), bytes])));
    };
    expect(reason(maxMessageBytes)).toBe('the stream ended before its trailer');
    expect(reason(maxMessageBytes + 1)).toBe('a frame has no sensible length');
  });

  test('a length that never ends is not waited for', () => {
    expect(reasonOf(read(Buffer.alloc(4, 0xff)))).toBe('a frame has no sensible length');
  });

  test('256 survivors are read, one more is not', () => {
    const survivors = (count: number) => Array.from({ length: count }, (_, pid) => ({ pid }));
    const evidence = (count: number) =>
      readFrames(numbered([hello, { exit: { code: 0, survivors: survivors(count) } }, bye(2, {})]));
    expect(evidence(256).at(-1)?.kind).toBe('bye');
    expect(reasonOf(evidence(257))).toBe('a frame could not be read');
  });
});

const sensed = {
  sensed: { calls: [{ name: 'openat', count: 12 }], forks: 1, execs: 2, unnamed: 0, missed: 3 },
};

test('what the second sensor saw is evidence: programs as they start, counts once', () => {
  const programs: PlainFrame = { programs: { names: [Buffer.from('/bin/true'), Buffer.from([0x2f, 0xff])] } };
  const bodies = [hello, programs, sensed, exit];
  const frames = readFrames(numbered([...bodies, bye(bodies.length, {})]));
  expect(frames).toContainEqual({ kind: 'programs', names: ['/bin/true', '/\ufffd'] });
  expect(frames).toContainEqual({
    kind: 'sensed',
    absent: '',
    calls: [{ name: 'openat', count: 12 }],
    forks: 1,
    execs: 2,
    unnamed: 0,
    missed: 3,
  });
  expect(frames.at(-1)).toEqual({ kind: 'bye' });
});

test('as many programs as the agent names at once are read, with names of 255 bytes, no more', () => {
  const naming = (count: number, bytes: number) => {
    const names = Array.from({ length: count }, () => Buffer.alloc(bytes, 'x'));
    const bodies = [hello, { programs: { names } }, exit];
    return readFrames(numbered([...bodies, bye(bodies.length, {})]));
  };
  const frames = naming(maxFramePrograms, 255);
  expect(frames.at(-1)).toEqual({ kind: 'bye' });
  expect(frames.find(({ kind }) => kind === 'programs')).toHaveProperty('names.length', maxFramePrograms);
  const none = [naming(0, 1), naming(maxFramePrograms + 1, 1), naming(1, 256)];
  expect(none.map(reasonOf)).toEqual(none.map(() => 'a frame could not be read'));
});

test('names of programs are no more than what a trace that has them may be', () => {
  const programs: PlainFrame = { programs: { names: ['/bin/true', '', ''].map(name => Buffer.from(name)) } };
  const within = (traceBytes: number) =>
    reasonOf(read(streamBytes(numbered([hello, programs])), [], { traceBytes, outputBytes: 0 }));
  expect(within(12)).toBe('the stream ended before its trailer');
  expect(within(11)).toBe('more names of programs came than a trace can hold');
});

test('a second sensor that counts twice, or after the end, is not believed', () => {
  expect(reasonOf(readFrames(numbered([hello, sensed, sensed])))).toBe('the second sensor counted twice');
  expect(reasonOf(readFrames(numbered([hello, exit, sensed])))).toContain('between exit and trailer');
});

test('more calls than any kernel has are no counts', () => {
  const calls = Array.from({ length: 1025 }, (_, index) => ({ name: `call-${index}`, count: 1 }));
  expect(reasonOf(readFrames(numbered([hello, { sensed: { calls } }])))).toBe('a frame could not be read');
});
