import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sniffTracer, tracers } from '../../src/tracers/registry.ts';
import { tracerNames } from '../../src/tracers/tracer-names.ts';
import { parseTrace } from './parse.ts';

const root = join(import.meta.dirname, '../../traces-fixtures');

test('the tracers that can be asked for are those that have a reader', () => {
  expect(tracers.map(({ name }) => name)).toEqual([...tracerNames]);
});

describe.each(tracers)('traces of $name', tracer => {
  const folder = join(root, tracer.name);
  const quirks = readdirSync(folder).filter(file => file.endsWith(`.${tracer.name}`));

  test.each(quirks)('%s becomes the events beside it', async file => {
    const trace = readFileSync(join(folder, file));
    const lines = parseTrace(tracer, trace, { cwd: '/srv/w' }).map(item => JSON.stringify(item));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
      join(folder, file.replace(/\.[a-z]+$/, '.jsonl')),
    );
  });

  test.each(quirks)('%s is known by its first bytes', file => {
    expect(sniffTracer(readFileSync(join(folder, file)))?.name).toBe(tracer.name);
  });
});

test('bytes of no known format are claimed by no tracer', () => {
  const others = [
    '',
    'plain text\nin lines\n',
    '{"a": 1}\n',
    'foo(1)\n',
    '\u0000\u0001\u0002',
    '\tPID/THRD  SYSCALL(args) \t\t = return\n 1/0x2:  close(0x3)\t\t = 0 0\n',
  ];
  for (const text of others) expect(sniffTracer(new TextEncoder().encode(text))).toBeUndefined();
});
