import { access, constants } from 'node:fs/promises';
import { UserError } from '../../base/user-error.ts';
import type { Progress } from '../../model/ports.ts';
import { step } from '../../model/step.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

/** What the sandboxes start on this host, and the Debian package that brings it. */
export const hostPrograms = {
  '/usr/bin/qemu-system-x86_64': 'qemu-system-x86',
  '/usr/bin/qemu-img': 'qemu-utils',
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/bin/ssh-keygen': 'openssh-client',
  '/usr/bin/bwrap': 'bubblewrap',
  '/usr/bin/mksquashfs': 'squashfs-tools',
} as const satisfies Record<string, string>;

/** The Debian packages that this host lacks. */
export async function missingDebianPackages(): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(hostPrograms).map(async ([program, name]) => {
      const present = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      return present ? [] : [name];
    }),
  );
  return found.flat();
}

/** The one command that brings them, as a user would type it. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/** Installs what is missing when we are root; otherwise throws with the one command to run. */
export async function ensureDebianPackages(progress: Progress, signal: AbortSignal): Promise<void> {
  const missing = await missingDebianPackages();
  if (missing.length === 0) return;
  const help = `run: ${process.getuid?.() === 0 ? '' : 'sudo '}${installCommand(missing)}`;
  if (process.getuid?.() !== 0) {
    throw new UserError(`this host lacks ${missing.join(', ')}`, { kind: 'host', help });
  }
  const name = `Debian packages: ${missing.join(', ')} (about 250 MB, a minute or two)`;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = { signal, env, onLine: (line: string) => progress.note(line) };
  await step({ progress }, name, async () => {
    const trouble = await installPackages(missing, argv => runProgram(argv, options));
    if (trouble !== undefined) throw new UserError(trouble, { kind: 'host', help });
  });
}

/** Brings packages by apt-get; gives what kept it from that. Lists that are old may do: that they are is told when they do not. */
export async function installPackages(
  packages: readonly string[],
  run: (argv: readonly [string, ...string[]]) => Promise<ProgramResult>,
): Promise<string | undefined> {
  const updated = await run(['apt-get', 'update', '-q']);
  const result = await run(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages]);
  if (result.code === 0) return undefined;
  const why = `apt-get could not install ${packages.join(', ')}: ${lastLine(result.stderr)}`;
  return updated.code === 0
    ? why
    : `${why}; its lists are old, since they could not be fetched: ${lastLine(updated.stderr)}`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
