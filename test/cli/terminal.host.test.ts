import path from 'node:path';
import { describe, expect, test } from 'vitest';

const launcher = path.resolve(import.meta.dirname, '..', '..', 'buildhaus');
// Optional: it has no binary for Linux and needs a compiler to be installed.
const terminal = await import('node-pty').catch(() => undefined);
if (terminal === undefined) console.log('terminal tests skipped: node-pty could not be installed here');

/** Runs the command line in a real terminal and gives what a person would have seen. */
async function runInTerminal(
  argv: readonly string[],
): Promise<{ readonly screen: string; readonly exitCode: number }> {
  if (terminal === undefined) throw new Error('no terminal');
  const child = terminal.spawn(launcher, [...argv], { cols: 60, rows: 24, name: 'xterm-256color' });
  let screen = '';
  child.onData(data => {
    screen += data;
  });
  const { exitCode } = await new Promise<{ readonly exitCode: number }>(resolve => child.onExit(resolve));
  return { screen, exitCode };
}

describe.skipIf(terminal === undefined)('the command line in a terminal', () => {
  test('says what is wrong and how to mend it, and exits with 2', async () => {
    const { screen, exitCode } = await runInTerminal(['analyze', '/no/such/thing-1.0.tar.gz']);
    expect(exitCode).toBe(2);
    expect(screen).toContain('no such file or folder');
    expect(screen).toMatch(/fix: give an sdist/);
  }, 60_000);

  test('suggests the option that was meant', async () => {
    const { screen, exitCode } = await runInTerminal(['doctor', '--formt', 'json']);
    expect(exitCode).toBe(2);
    expect(screen).toContain('--format');
  }, 60_000);

  test('does not let a package name act on the terminal', async () => {
    const { screen } = await runInTerminal(['analyze', '/no/\u001b[2Jsuch']);
    expect(screen).not.toContain('\u001b[2J');
    expect(screen).toContain('\\x1b[2J');
  }, 60_000);
});
