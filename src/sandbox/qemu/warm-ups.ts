import { agentPath } from '../agent/guest-program.ts';
import { straceProgram } from '../image/image.ts';

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
