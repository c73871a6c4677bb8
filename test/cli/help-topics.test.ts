import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tables } from '../../src/store/tables/tables.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('columns says of every column of every view what it means', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', main, 'columns']);
  const lines = stdout.trimEnd().split('\n');
  const names = Object.entries(tables).flatMap(([view, columns]) =>
    Object.keys(columns).map(name => `${view}.${name}`),
  );
  expect(lines.map(line => line.split(' ')[0])).toEqual(names);
  expect(lines).toContainEqual(expect.stringMatching(/^events\.errno +VARCHAR +name of the error/));
});
