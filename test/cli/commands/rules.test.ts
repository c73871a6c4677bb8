import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildhaus } from '../../helpers/buildhaus.ts';
import { ruleText } from '../../helpers/rule-text.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const slow = { timeout: 60_000 };

/** A rule whose title, SQL and test names try to act on the terminal; its hit test fails. */
const hostileRule = ruleText('sql: "SELECT run, seq FROM events WHERE path = \'\\e[2J\'"')
  .replace('A demo\n', '"\\e[2J"\n')
  .replace('name: hit', 'name: "\\e[2J"');

test.each(['explain', 'test'])('rules %s lets no text of a rule act on the terminal', slow, async verb => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'demo.yaml');
  await writeFile(file, hostileRule);
  const { stdout, stderr } = await buildhaus('rules', verb, file);
  expect(stderr).toBe('');
  expect(stdout).toContain('\\x1b[2J');
  expect(stdout).not.toMatch(/(?!\n)\p{C}/u);
});
