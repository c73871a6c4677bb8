import { readFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { UserError } from '../../base/user-error.ts';
import { runProgram } from '../host/run-program.ts';
import { exists } from './cache.ts';
import { explainFailure } from './explain-failure.ts';

/**
 * Runs a program as the root of a tree's files: root itself, or in a user namespace whose root is us and whose other
 * users are our subordinate ids. Gives what it wrote to its output; throws when it fails, with the line that names the
 * cause.
 */
export async function runAsTreeRoot(
  argv: readonly [string, ...string[]],
  options: {
    readonly signal: AbortSignal;
    readonly env?: Readonly<Record<string, string>>;
    readonly onLine?: (line: string) => void;
  },
): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  const namespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--mount', '--'] as const;
  const full = isRoot ? argv : ([...namespace, ...argv] as const);
  // A tree can be made from any folder, but the programs in it may not see ours.
  const result = await runProgram([full[0], ...full.slice(1)], { ...options, cwd: tmpdir() });
  options.signal.throwIfAborted();
  if (result.code === 0) return result.stdout;
  const { sentence, help } = explainFailure(result.stderr);
  throw new UserError(`${argv[0]} failed with exit code ${result.code}: ${sentence}`, { kind: 'host', help });
}

/**
 * What this user has to run before it can be the root of a tree; undefined when nothing is missing. Root needs nothing;
 * another user needs ids for the users of the tree.
 */
export async function missingTreeRoot(): Promise<string | undefined> {
  if (process.getuid?.() === 0) return undefined;
  const { username } = userInfo();
  const ids = await readFile('/etc/subuid', 'utf8').catch(() => '');
  const commands: string[] = [];
  if (!(await exists('/usr/bin/newuidmap'))) commands.push('sudo apt-get install uidmap');
  if (!ids.split('\n').some(line => line.startsWith(`${username}:`))) {
    commands.push(`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`);
  }
  return commands.length === 0 ? undefined : commands.join('; ');
}
