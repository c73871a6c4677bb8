import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/model/run.ts';
import type { TextOptions } from '../../src/report/text/style.ts';
import { toText } from '../../src/report/to-text.ts';
import { runWith, taskWith } from '../helpers/runs.ts';
import { calmRun, hostileRun, recordedRun } from './sample-runs.ts';

const textOf = (run: Run, text: TextOptions) =>
  toText({ runs: [{ run, exitCode: 0 }], exitCode: 0, failOn: 'high', text });
const plain = { colour: false, width: 100, verbose: false };

describe('a report for people', () => {
  test.each([
    ['calm', calmRun, plain],
    ['recorded', recordedRun, plain],
    ['hostile', hostileRun, plain],
    ['hostile-narrow', hostileRun, { ...plain, width: 60 }],
    ['hostile-verbose', hostileRun, { ...plain, verbose: true }],
    ['hostile-colour', hostileRun, { ...plain, colour: true }],
  ] as const)('of the %s run reads as it did', async (name, run, options) => {
    await expect(textOf(run, options)).toMatchFileSnapshot(`goldens/${name}.txt`);
  });

  test('begins with the verdict', () => {
    expect(textOf(calmRun, plain).split('\n')[0]).toBe('✓ PASS   ✓ clean   ✓ evidence complete');
  });

  test('without findings still says what was looked at', () => {
    expect(textOf(calmRun, plain)).toContain('0 of 14 rules matched, 12 345 events, 19 processes');
  });

  test.each([
    ['complete', true],
    ['truncated', true],
    ['timed-out', true],
    ['incomplete', false],
    ['crashed', false],
    ['refused', false],
  ] as const)('says that nothing was left only where it was looked for: %s', (integrity, isSaid) => {
    const run = { ...calmRun, verdict: { ...calmRun.verdict, integrity } };
    expect(textOf(run, plain).includes('Leftovers: none')).toBe(isSaid);
  });

  test('says nothing of leftovers where a tree was too large to be compared', () => {
    const tasks = calmRun.tasks.map(task => ({ ...task, caps: ['tree-size'] }));
    const run = { ...calmRun, tasks, verdict: { ...calmRun.verdict, integrity: 'truncated' as const } };
    expect(textOf(run, plain)).not.toContain('Leftovers');
  });

  test('adds nothing but colours when it may', () => {
    const colourless = textOf(hostileRun, { ...plain, colour: true }).replaceAll(/\p{Cc}\[\d+m/gu, '');
    expect(colourless).toBe(textOf(hostileRun, plain));
  });

  test.each([
    ['qemu', 'kvm', 'strong', '✓ strong: a virtual machine by hardware (kvm)'],
    ['qemu', 'tcg', 'weak', '! weak: a virtual machine by emulation (tcg)'],
    ['local', 'none', 'weak', '! weak: namespaces of this host'],
    ['memory', 'none', 'strong', '! strong: a function in memory'],
    ['remote', 'none', 'strong', "• strong by its owner's word: a machine reached over SSH"],
    ['remote', 'none', 'weak', "! weak by its owner's word: a machine reached over SSH"],
    ['none', 'none', 'weak', 'none: a recorded trace, nothing was run'],
  ] as const)('names the boundary of %s with %s', (backend, accelerator, boundary, words) => {
    const machine = { ...calmRun.machine, backend, accelerator, boundary };
    expect(textOf(runWith({ machine }), plain)).toContain(words);
  });

  test('lets no text of a package act on the terminal', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, (reason, output, path) => {
        const task = taskWith({
          status: 'failed',
          reason,
          stdout_tail: output,
          leftovers: [{ path, change: 'added' }],
          survivors: [{ pid: 1, command: path }],
          caps: [reason],
        });
        const verdict = { ...calmRun.verdict, reasons: [reason] };
        const report = textOf(runWith({ tasks: [task], verdict, run: path, recipe: output }), plain);
        expect(report).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('keeps a hostile text on its own line', () => {
    const lines = (reason: string) =>
      textOf(runWith({ tasks: [taskWith({ reason })] }), plain).split('\n').length;
    expect(lines('a\n✓ PASS   ✓ clean')).toBe(lines('a'));
  });
});
