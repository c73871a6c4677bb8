import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { inboxName, linuxPlaces } from '../../../src/model/places.ts';
import { sdistEndings } from '../../../src/packages/file-name.ts';
import { maxPackageBytes } from '../../../src/packages/limits.ts';
import {
  maxChunkBytes,
  maxFrameProgramBytes,
  maxFramePrograms,
  maxMessageBytes,
  protocolVersion,
} from '../../../src/sandbox/agent/protocol.ts';
import { untracedCalls } from '../../../src/sandbox/agent/strace-command.ts';
import { treeLimits } from '../../../src/sandbox/agent/tree/tree-limits.ts';
import { project } from '../../helpers/buildhaus.ts';

const read = (file: string) => readFileSync(path.join(project, file), 'utf8');
const agent = (file: string) => read(`guest/agent/${file}`);

/** What a `#define` of a number is: `512`, `1000000u`, `(512ull << 20)` or `(64 * 1024)`. */
function defined(file: string, name: string): number {
  const [, left = '', operator, right = '0'] =
    new RegExp(`#define ${name} \\(?(\\d+)u?(?:ll)?(?: (<<|\\*) (\\d+)\\))?`).exec(agent(file)) ?? [];
  if (operator === undefined) return Number.parseInt(left, 10);
  return operator === '*' ? Number(left) * Number(right) : Number(left) * 2 ** Number(right);
}

test.each([
  ['the largest package', 'put.c', 'MAX_PUT_BYTES', maxPackageBytes],
  ['the version of the protocol', 'agent.h', 'PROTOCOL_VERSION', protocolVersion],
  ['the longest message', 'wire.h', 'MAX_MESSAGE', maxMessageBytes],
  ['the largest chunk', 'messages.h', 'MAX_CHUNK', maxChunkBytes],
  ['the most programs of a frame', 'run.c', 'MOST_PROGRAMS', maxFramePrograms],
  ['the longest name of a program and its end', 'sensor.h', 'SENSOR_NAME', maxFrameProgramBytes + 1],
])('%s is the same in the guest: %s %s', (_, file, name, here) => {
  expect(defined(file, name)).toBe(here);
});

test('the agent tells of more files than are looked at: there it is a fault, here a cap', () => {
  expect(defined('tree.c', 'MAX_ENTRIES')).toBeGreaterThan(treeLimits.entries);
});

test('the inbox is one folder, and takes the same names here and in the guest', () => {
  const put = agent('put.c');
  const [, allowed = ''] = /allowed\[\] = "([^"]*)"/.exec(put) ?? [];
  const [, longest] = /length > (\d+)/.exec(put) ?? [];
  const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
  expect(characters.filter(one => inboxName.test(one))).toEqual([...allowed].sort());
  expect([Number(longest), Number(longest) + 1].map(length => inboxName.test('a'.repeat(length)))).toEqual([
    true,
    false,
  ]);
  expect(put).toContain(`#define INBOX "${linuxPlaces('', '').inbox}"`);
});

test('the first call that does not exist for a command is the one that the docs name', () => {
  const first = defined('agent.h', 'FIRST_UNTRACED_CALL');
  expect(read('docs/limits.md')).toContain(`**Calls from number ${first} on**`);
  const lost = untracedCalls['newer than what the guard lets happen'].split(',');
  expect(lost.filter(name => agent('call-name.c').includes(`"${name}"`))).toEqual([]);
});

test('what is an sdist here is one in the guest', () => {
  const [, endings = ''] =
    /def is_sdist\(path\):\n.*endswith\(\(([^)]*)\)\)/.exec(read('guest/probes/probe.py')) ?? [];
  expect(sdistEndings.filter(ending => !endings.includes(`"${ending}"`))).toEqual([]);
});
