import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNumbering } from '../../../src/runner/numbering.ts';
import { sniffTracer } from '../../../src/tracers/registry.ts';
import { readEtl } from '../../helpers/etl/read-etl.ts';

const data = process.env['BUILDHAUS_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const folder = join(data, 'etw');
const why = existsSync(folder) ? '' : ` (skipped: no ${folder}; set BUILDHAUS_DATA)`;
const files =
  why === ''
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.etl'))
    : [];

describe.skipIf(why !== '')(`recorded trace files${why}`, () => {
  test.each(files.length > 0 ? files : ['none'])('%s is known, and each of its records is told', file => {
    const bytes = readFileSync(join(folder, file));
    const tracer = sniffTracer(bytes.subarray(0, 65_536));
    expect(tracer?.name).toBe('etw');
    const parser = tracer?.createParser({ numbering: createNumbering() });
    const items = [...(parser?.push(bytes) ?? []), ...(parser?.end() ?? [])];
    const kinds = readEtl(bytes).map(({ kind }) => kind);
    const told = items.filter(item => item.kind !== 'meta.note' && item.kind !== 'process.fork');
    expect(items.filter(({ kind }) => kind === 'diagnostic')).toEqual([]);
    expect(told.length).toBe(kinds.filter(kind => kind !== 'session').length);
    expect(items.some(({ kind }) => kind === 'meta.lost')).toBe(kinds.includes('lost'));
  });
});
