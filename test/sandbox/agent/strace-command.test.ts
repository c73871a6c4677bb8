import { expect, test } from 'vitest';
import { straceOptions } from '../../../src/sandbox/agent/strace-command.ts';

const texts = (version: number) =>
  straceOptions.filter(({ since }) => since <= version).map(({ text }) => text);

test('an old strace is called without what it does not know', () => {
  expect(texts(6001)).not.toContain('--kill-on-exit');
  expect(texts(6001)).toContain('--seccomp-bpf');
  expect(texts(6013)).toEqual(straceOptions.map(({ text }) => text));
});

test('every call that could be new to a strace may be unknown to it, and none stands twice', () => {
  const traced = straceOptions.find(({ text }) => text.startsWith('--trace='))?.text.slice('--trace='.length);
  const names = (traced ?? '').split(',');
  expect(new Set(names).size).toBe(names.length);
  expect(names.every(name => /^(%|\??)[a-z0-9_]+$/.test(name))).toBe(true);
});
