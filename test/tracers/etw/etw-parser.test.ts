import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TraceItem } from '../../../src/model/trace.ts';
import { etw } from '../../../src/tracers/etw/index.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { windowsStory } from '../../helpers/etl/windows-story.ts';
import { parseTrace } from '../parse.ts';

/** A copy: a piece of a Buffer is no copy of it, and tests damage it. */
const story = Uint8Array.from(windowsStory());
const acts = (items: readonly TraceItem[]) =>
  items
    .flatMap(item =>
      item.kind === 'raw' || item.kind === 'meta.note' || item.kind === 'diagnostic' ? [] : [item],
    )
    .sort((a, b) => a.seq - b.seq);

test('a trace file becomes what its processes did, in order', () => {
  const items = parseTrace(etw, story);
  expect(acts(items)).toMatchObject([
    { kind: 'process.found', argv: ['C:\\Windows\\explorer.exe'], ret: 400 },
    { kind: 'process.fork', pid: 400, ret: 500 },
    {
      kind: 'process.exec',
      path: 'C:\\Python312\\python.exe',
      argv: [expect.any(String), '-m', 'pip', 'install', 'demo-1.0.tar.gz'],
    },
    { kind: 'module.load', path: 'C:\\Python312\\python.exe' },
    { kind: 'file.open', pid: 500, path: expect.stringMatching(/^C:\\Users\\ada\\.*Login Data$/), ok: true },
    { kind: 'file.read', bytes: 40_960 },
    { kind: 'registry.open' },
    {
      kind: 'registry.set',
      path: 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater',
      args: 'REG_SZ "C:\\\\Users\\\\ada\\\\x.exe"',
    },
    { kind: 'net.dns', host: 'drop.host.invalid', ok: true },
    { kind: 'net.connect', pid: 500, raddr: '198.51.100.7', rport: 443 },
    { kind: 'process.fork', pid: 500, ret: 600 },
    { kind: 'process.exec', argv: ['powershell', '-w', 'hidden', '-EncodedCommand', expect.any(String)] },
    { kind: 'module.load' },
    { kind: 'process.exit', pid: 600, ret: 0 },
    { kind: 'process.exit', pid: 500 },
  ]);
  expect(items.filter(item => item.kind === 'diagnostic')).toEqual([]);
});

test('layouts that no recorded file proved are said so, once each', () => {
  const notes = parseTrace(etw, story).flatMap(item => (item.kind === 'meta.note' ? [item.args] : []));
  expect(notes).toEqual(
    ['Kernel-File but for Create', 'Kernel-Registry', 'DNS-Client queries', 'Kernel-Network'].map(name =>
      expect.stringContaining(name),
    ),
  );
});

test('times count from the trace’s start, or from the second the run began in', () => {
  const [first] = acts(parseTrace(etw, story));
  const [later] = acts(parseTrace(etw, story, { epochSeconds: Date.UTC(2026, 0, 1) / 1000 - 5 }));
  expect(later?.at_ns).toBe((first?.at_ns ?? 0) + 5_000_000_000);
});

test('chunks may be split anywhere', () => {
  const whole = parseTrace(etw, story);
  for (const chunkBytes of [1, 7, 1000]) expect(parseTrace(etw, story, { chunkBytes })).toEqual(whole);
});

describe('hostile bytes', () => {
  test('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), bytes => {
        parseTrace(etw, bytes);
      }),
      { numRuns: 200 },
    );
  });

  test('in a real file never throw, and what they are in is told', () => {
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 0, max: story.length - 1 }), fc.integer({ min: 0, max: 255 })),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(damage, changes => {
        const bytes = story.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const items = parseTrace(etw, bytes);
        for (const item of items) JSON.stringify(item);
        expect(items.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a file of Windows', () => {
  const text = (content: string) => new TextEncoder().encode(content);

  test.each([
    ['a trace file', story],
    [
      'XML',
      text(
        '<?xml version="1.0"?>\n<Events>\n<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">',
      ),
    ],
    [
      'XML in UTF-16',
      Uint8Array.from(
        Buffer.from(
          '\ufeff<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">',
          'utf16le',
        ),
      ),
    ],
    ['CSV', text('Event Name,       Type, Event ID,    Version\n')],
  ])('is known by its first bytes: %s', (_, head) => {
    expect([etw.sniff(head), strace.sniff(head)]).toEqual([true, false]);
  });

  test.each([
    ['an empty one', new Uint8Array()],
    ['zeros', new Uint8Array(8192)],
    ['other XML', text('<?xml version="1.0"?><Events><a/></Events>')],
    ['other CSV', text('Name, Type\n')],
    ['a trace that was cut before its first record', story.subarray(0, 0x48)],
  ])('is not mistaken: %s', (_, head) => {
    expect(etw.sniff(head)).toBe(false);
  });
});
