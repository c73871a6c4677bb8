import { tmpdir } from 'node:os';
import { UserError } from '../../base/user-error.ts';
import { runProgram } from '../host/run-program.ts';

/**
 * Runs a program as the root of a tree's files: root itself, or in a user namespace whose root is us and whose other
 * users are our subordinate ids. Throws when it fails, with its last line.
 */
export async function runAsTreeRoot(
  argv: readonly [string, ...string[]],
  options: {
    readonly signal: AbortSignal;
    readonly env?: Readonly<Record<string, string>>;
    readonly onLine?: (line: string) => void;
  },
): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const namespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--mount', '--'] as const;
  const full = isRoot ? argv : ([...namespace, ...argv] as const);
  // A tree can be made from any folder, but the programs in it may not see ours.
  const result = await runProgram([full[0], ...full.slice(1)], { ...options, cwd: tmpdir() });
  options.signal.throwIfAborted();
  if (result.code === 0) return;
  const lines = result.stderr.trim().split('\n');
  throw new UserError(`${argv[0]} failed: ${lines.at(-1) ?? `exit code ${result.code}`}`, {
    kind: 'host',
    help: isRoot
      ? `the lines before it:\n${lines.slice(-8, -1).join('\n')}`
      : 'as an ordinary user this needs subordinate ids (/etc/subuid) and user namespaces; or build the image as root',
  });
}
