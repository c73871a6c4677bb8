import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { project } from '../helpers/buildhaus.ts';

/** A guest's file server could lie about names, sizes and links: evidence comes by one stream that is checked. */
test('a file server of the guest is never asked for', async () => {
  const folder = path.join(project, 'src', 'sandbox');
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.ts'));
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    expect(await readFile(path.join(folder, name), 'utf8'), name).not.toMatch(/\bsftp\b/i);
  }
});
