import { UserError } from '../../../base/user-error.ts';
import type { GuestChannel } from '../../agent/channel.ts';
import { agentPath, askGuestProgram } from '../../agent/guest-program.ts';
import { straceProgram } from '../../image/image.ts';

/** What helps where a guest is not what its recipe promised. */
export const imageHelp =
  "mend the image's recipe (images/), or build it again: buildhaus image rm PLATFORM, then buildhaus image build PLATFORM";

/** Lines shown of what a program of the guest said. */
const shownLines = 12;

/** Runs what payloads will run. One that fails is a program that the image lacks: better found here than in every run. */
export async function warmUp(channel: GuestChannel, signal: AbortSignal): Promise<void> {
  for (const argv of warmUps) {
    const drop = () => undefined;
    const { code, complaint } = await askGuestProgram(channel, argv, new Uint8Array(), drop, { signal });
    if (code === 0) continue;
    const said = complaint.split('\n').slice(-shownLines).join('\n');
    throw new UserError(`the guest could not be warmed up: "${argv.join(' ')}" ended with ${code}`, {
      kind: 'host',
      help: `${imageHelp}\nthe guest said:\n${said}`,
    });
  }
}

/**
 * What a payload will do first, done before: its pages are in memory, and reading them from an emulated disk is not a
 * part of every run. As a user of the guest would, without leaving a trace on the disk.
 */
export const warmUps: readonly (readonly string[])[] = [
  [agentPath, 'version'],
  ['/usr/bin/find', '/home', '/srv', '-type', 'f', '-exec', '/usr/bin/md5sum', '{}', '+'],
  // The agent looks at the whole tree before the first task, and hashes what is in these two.
  ['/usr/bin/find', '/', '-xdev', '-newer', '/proc/self'],
  python(
    '/usr/bin/python3',
    'import json, subprocess, tarfile, zipfile, socket, ssl, urllib.request, email.parser',
  ),
  python('/usr/bin/python3', 'import setuptools, wheel, pytest'),
  python(
    '/usr/bin/python3',
    'import setuptools.command.build_ext, setuptools.command.egg_info, _pytest.main',
  ),
  ...['download', 'wheel'].map(command => ['/usr/bin/python3', '-B', '-m', 'pip', command, '--help']),
  ...['install', 'uninstall'].map(command => ['/srv/venv/bin/python', '-B', '-m', 'pip', command, '--help']),
  [
    '/bin/sh',
    '-c',
    'echo "#include <Python.h>" | gcc $(python3-config --includes) -O2 -shared -fPIC -x c -o /dev/shm/warm - && rm /dev/shm/warm',
  ],
  [...straceProgram, '-f', '-o', '/dev/null', '/usr/bin/python3', '-I', '-B', '-c', 'pass'],
];

function python(interpreter: string, code: string): readonly string[] {
  return [interpreter, '-I', '-B', '-c', code];
}
