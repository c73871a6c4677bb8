import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshPersonality } from '../../../src/sandbox/agent/personalise.ts';

const home = 'images/common/home';

test('every mark in the baits has a value', () => {
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const marks = files.flatMap(file => {
    const content = readFileSync(join(file.parentPath, file.name), 'latin1');
    return [...content.matchAll(/@CANARY:([^@]*)@/g)].map(([, name]) => name);
  });
  expect([...new Set(marks)].sort()).toEqual(Object.keys(freshPersonality().canaries).sort());
});

test('two personalities share no canary', () => {
  const [one, other] = [freshPersonality(), freshPersonality()];
  const values = new Set([...Object.values(one.canaries), ...Object.values(other.canaries)]);
  expect(values.size).toBe(2 * Object.keys(one.canaries).length);
});

test('names are ones the agent takes', () => {
  for (let i = 0; i < 200; i += 1) {
    const { user, hostname } = freshPersonality();
    expect(user).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
    expect(hostname).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
  }
});
