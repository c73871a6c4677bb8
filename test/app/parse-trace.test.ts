import { readdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTrace, parseFile } from '../../src/app/parse-trace.ts';
import { UserError } from '../../src/base/user-error.ts';
import type { TraceItem } from '../../src/model/trace.ts';
import { MAX_DESCRIPTORS } from '../../src/tracers/strace/state/descriptor-table.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test.skipIf(process.platform !== 'linux')('a file that no tracer knows is closed again', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'long.txt');
  await writeFile(file, 'plain text\n'.repeat(100_000));
  await expect(openTrace(file, 'auto', new AbortController().signal)).rejects.toThrow(UserError);
  await expect.poll(openFiles).not.toContain(file);
});

describe('a trace that says the same over and over', () => {
  const signal = new AbortController().signal;
  const calls = 100;

  async function parsed(everyCall: boolean) {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'flood.strace');
    await writeFile(file, `${'7 1.000000 access("/a", R_OK) = 0\n'.repeat(calls)}no call\n`);
    const taken: TraceItem[] = [];
    const read = await parseFile({ file, tracer: 'strace', everyCall, signal }, async items => {
      taken.push(...items);
    });
    return { read, taken };
  }

  test('is given with what repeats counted together, and says how much that is', async () => {
    const { read, taken } = await parsed(false);
    expect(read.events).toBeLessThan(calls);
    expect(read.collapsed).toBeGreaterThan(0);
    expect(taken).toHaveLength(read.events + read.diagnostics);
  });

  test('is given call by call when that is asked for', async () => {
    const { read, taken } = await parsed(true);
    expect(read).toMatchObject({ diagnostics: 1, collapsed: 0, caps: [] });
    expect(taken.filter(item => item.kind !== 'diagnostic' && item.call === 'access')).toHaveLength(calls);
  });
});

test.each([false, true])('limits that its parser reached are told, every call given: %s', async everyCall => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'open.strace');
  const open = (_: unknown, index: number) => `7 1.0 open("/f", O_RDONLY) = ${index}\n`;
  await writeFile(file, Array.from({ length: MAX_DESCRIPTORS + 1 }, open).join(''));
  const { signal } = new AbortController();
  const read = await parseFile({ file, tracer: 'strace', everyCall, signal }, async () => {});
  expect(read.caps).toEqual(['too-many-descriptors']);
});

test('a tracer that has no reader yet is answered with those that have', async () => {
  const asked = openTrace(import.meta.filename, 'dtrace', new AbortController().signal);
  await expect(asked).rejects.toMatchObject({
    kind: 'usage',
    message: 'there is no reader for dtrace traces yet',
    help: '--tracer takes strace, etw',
  });
});

async function openFiles(): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd');
  return Promise.all(descriptors.map(number => readlink(`/proc/self/fd/${number}`).catch(() => '')));
}
