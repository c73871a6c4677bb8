import { tmpdir } from 'node:os';
import { UserError } from '../../base/user-error.ts';
import { runProgram } from '../host/run-program.ts';
import { explainFailure } from './explain-failure.ts';

/**
 * Runs a program as the root of a tree's files: root itself, or in a user namespace whose root is us and whose other
 * users are our subordinate ids. Throws when it fails, with the line that names the cause.
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
  const { sentence, help } = explainFailure(result.stderr);
  throw new UserError(`${argv[0]} failed with exit code ${result.code}: ${sentence}`, { kind: 'host', help });
}
