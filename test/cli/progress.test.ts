import { describe, expect, test } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';

function target(isTTY: boolean): {
  isTTY: boolean;
  columns: number;
  text: string;
  write(text: string): void;
} {
  return {
    isTTY,
    columns: 20,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

const withoutTimes = (text: string) => text.replace(/\d+\.\d s/g, 'T');

describe('progress', () => {
  test('in a log is a line when a step begins and one when it ends', () => {
    const log = target(false);
    createProgress(log, { verbose: false }).start('build')('done', '3 files');
    expect(withoutTimes(log.text)).toBe('  ..  build\n  ok  build (T): 3 files\n');
  });

  test('in a log shows notes only when asked to', () => {
    const quiet = target(false);
    const verbose = target(false);
    for (const [log, isVerbose] of [
      [quiet, false],
      [verbose, true],
    ] as const) {
      const progress = createProgress(log, { verbose: isVerbose });
      const finish = progress.start('build');
      progress.note('detail');
      finish('done');
    }
    expect(quiet.text).not.toContain('detail');
    expect(verbose.text).toContain('      detail\n');
  });

  test.each([true, false])('says what is noted after the last step (terminal: %s)', isTTY => {
    const screen = target(isTTY);
    const progress = createProgress(screen, { verbose: false });
    progress.start('build')('done');
    progress.note('kept in /runs/1');
    expect(screen.text.endsWith('      kept in /runs/1\n')).toBe(true);
  });

  test('on a terminal rewrites one line no longer than the terminal', () => {
    const terminal = target(true);
    createProgress(terminal, { verbose: false }).start('a step with a very long name')('failed');
    const [drawn = ''] = terminal.text.split('\n')[0]?.split('\r\u001b[K').slice(1) ?? [];
    expect(drawn).toHaveLength(19);
    expect(withoutTimes(terminal.text).endsWith('\r\u001b[K  !!  a step with a very long name (T)\n')).toBe(
      true,
    );
  });

  test.each([true, false])('escapes what a package could make a terminal do (terminal: %s)', isTTY => {
    const screen = target(isTTY);
    const progress = createProgress(screen, { verbose: true });
    const finish = progress.start('import \u001b]0;step\u0007');
    progress.note('\u001b[2J');
    finish('failed', 'it said \u009b31m\nok');
    const ours = screen.text.replaceAll('\r\u001b[K', '');
    expect(ours.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(ours).toContain('it said \\x9b31m\\nok\n');
  });
});
