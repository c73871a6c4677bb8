import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Tracer } from '../../src/model/trace.ts';
import { tracers } from '../../src/tracers/registry.ts';
import { strace } from '../../src/tracers/strace/index.ts';
import { checkParse } from './check-parse.ts';
import { minimize } from './minimize.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const found = tracers.flatMap(tracer => {
  const folder = join(import.meta.dirname, '../../traces-fixtures', tracer.name);
  const files = readdirSync(folder).filter(file => file.endsWith(`.${tracer.name}`));
  return files.map(file => ({ tracer, file, trace: readFileSync(join(folder, file)) }));
});
const fixtures = found.filter(({ tracer }) => tracer === strace).map(({ trace }) => trace);

// What the fuzzer finds becomes a fixture: here it is held to all that the fuzzer asks.
test.each(found)('$file is parsed as any bytes must be', ({ tracer, trace }) => {
  expect(checkParse(tracer, trace, 7)).toBeUndefined();
});

test('damaged traces are parsed as any bytes must be', { timeout: 60_000 }, () => {
  const random = new Random(20_261_121);
  for (let times = 0; times < 1500; times += 1) {
    expect(checkParse(strace, mutate(random, fixtures), 1 + random.below(200))).toBeUndefined();
  }
});

test('the same seed makes the same inputs', () => {
  const [one, other] = [7, 7].map(seed => mutate(new Random(seed), fixtures));
  expect(one).toEqual(other);
});

test('what fails is left as small as it goes', () => {
  const bytes = new TextEncoder().encode(`${'x'.repeat(500)}a${'y'.repeat(300)}b${'z'.repeat(77)}`);
  const small = minimize(bytes, shorter => shorter.includes(0x61) && shorter.includes(0x62));
  expect(new TextDecoder().decode(small)).toBe('ab');
});

describe('a parser is caught that', () => {
  const parser = strace.createParser.bind(strace);
  const broken = (changes: Partial<ReturnType<Tracer['createParser']>>): Tracer => ({
    ...strace,
    createParser: options => {
      const whole = parser(options);
      return { push: chunk => whole.push(chunk), end: () => whole.end(), ...changes };
    },
  });
  const trace = new TextEncoder().encode('7 getpid() = 7\n7 getppid() = 1\n');

  test('throws', () => {
    const throwing = broken({
      end: () => {
        throw new Error('no');
      },
    });
    expect(checkParse(throwing, trace, 5)).toContain('threw');
  });

  test('depends on where chunks are split', () => {
    const perChunk = {
      ...strace,
      createParser: ((options: Parameters<Tracer['createParser']>[0]) => {
        const push = (chunk: Uint8Array) => {
          const one = parser(options);
          return [...one.push(chunk), ...one.end()];
        };
        return { push, end: () => [] };
      }) satisfies Tracer['createParser'],
    };
    expect(checkParse(perChunk, trace, 5)).toContain('differs when it is split');
  });

  test('says a place that is not in the trace', () => {
    const item = { kind: 'diagnostic', reason: 'x', text: '', source_offset: 99, source_length: 1 } as const;
    expect(checkParse(broken({ end: () => [item] }), trace, 5)).toContain('stands outside');
  });
});
