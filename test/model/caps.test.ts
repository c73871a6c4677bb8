import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CapName, capNames, capsOf } from '../../src/model/caps.ts';
import { capOf } from '../../src/model/trace.ts';
import { maxDiskEvents } from '../../src/runner/disk/disk-watch.ts';
import { maxLeftovers } from '../../src/runner/disk/leftovers.ts';
import { maxLinks } from '../../src/runner/disk/links.ts';
import { maxWitnessed, maxWitnessedCharacters } from '../../src/runner/disk/witness.ts';
import { defaultLimits } from '../../src/runner/limits.ts';
import { MAX_CHEAP_EVENTS } from '../../src/runner/repeats/repeat-counter.ts';
import { maxMissed, maxProgramBytes, maxPrograms } from '../../src/runner/sensor/second-sensor.ts';
import { maxHints } from '../../src/runner/task/hints.ts';
import { stderrCap } from '../../src/sandbox/agent/channel.ts';
import { treeLimits } from '../../src/sandbox/agent/tree/tree-limits.ts';
import { treeLimit } from '../../src/sandbox/windows/tree.ts';
import { longCharacters } from '../../src/store/tables/events/text-budget.ts';
import { MAX_NAME_CHARACTERS, MAX_NAMES } from '../../src/tracers/etw/state/names.ts';
import { MAX_PROCESSES } from '../../src/tracers/etw/state/processes.ts';
import { MAX_DESCRIPTORS } from '../../src/tracers/strace/state/descriptor-table.ts';
import { MAX_OPEN_BYTES } from '../../src/tracers/strace/state/open-calls.ts';
import { MAX_THREADS } from '../../src/tracers/strace/state/processes.ts';

/** The rows of the table in docs/limits.md: names, limit, what it means. */
const rows = readFileSync('docs/limits.md', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split('|').map(cell => cell.trim()));

const namesIn = (text: string) => [...text.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);

/** A number of a program in the guest. */
function guestNumber(file: string, name: string): string {
  const text = readFileSync(`guest/${file}`, 'utf8');
  return spelled(Number(new RegExp(`\\b${name}(?: =)? (\\d+)`).exec(text.replaceAll('_0', '0'))?.[1]));
}

/** As the table spells it: `4096`, `65 536`. */
function spelled(count: number): string {
  return count < 10_000 ? String(count) : count.toLocaleString('en').replaceAll(',', ' ');
}

function bytes(count: number): string {
  const [unit, size] = units.find(([, size]) => count >= size) ?? ['bytes', 1];
  return `${count / size} ${unit}`;
}

const units = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;

test('every cap stands in docs/limits.md, and what stands there is one', () => {
  expect(rows.flatMap(([, names = '']) => namesIn(names)).toSorted()).toEqual(capNames.toSorted());
  expect(rows.filter(row => row.length !== 5 || row.slice(1, 4).includes(''))).toEqual([]);
});

const limits: Partial<Record<CapName, readonly string[]>> = {
  'trace-bytes': [bytes(defaultLimits.traceBytes)],
  'stdout-bytes': [bytes(defaultLimits.outputBytes)],
  'stderr-bytes': [bytes(defaultLimits.outputBytes), bytes(stderrCap)],
  'hint-bytes': [bytes(defaultLimits.outputBytes)],
  processes: [spelled(defaultLimits.processes)],
  memory: [bytes(defaultLimits.memoryBytes)],
  'file-bytes': [bytes(defaultLimits.fileBytes)],
  survivors: [guestNumber('agent/survivors.c', 'MAX_SURVIVORS')],
  modules: [guestNumber('probes/import.py', 'MAX_MODULES')],
  scripts: [guestNumber('probes/entry-points.py', 'MAX_SCRIPTS')],
  files: [guestNumber('probes/test.py', 'MAX_FILES')],
  hints: [spelled(maxHints)],
  'too-many-threads': [spelled(MAX_THREADS)],
  'too-many-descriptors': [spelled(MAX_DESCRIPTORS)],
  'too-many-open-calls': [bytes(MAX_OPEN_BYTES)],
  'too-many-processes': [spelled(MAX_PROCESSES)],
  'too-many-files': [spelled(MAX_NAMES), spelled(MAX_NAME_CHARACTERS)],
  'cheap-events': [spelled(MAX_CHEAP_EVENTS)],
  'event-text': [spelled(longCharacters)],
  'program-names': [spelled(maxPrograms), spelled(maxProgramBytes)],
  'missed-calls': [spelled(maxMissed)],
  'disk-changes': [spelled(maxDiskEvents)],
  'changed-paths': [spelled(maxWitnessed), spelled(maxWitnessedCharacters)],
  links: [spelled(maxLinks)],
  'tree-depth': [guestNumber('agent/tree.c', 'MAX_PATH_BYTES')],
  'tree-size': [...Object.values(treeLimits), treeLimit].map(spelled),
  leftovers: [spelled(maxLeftovers)],
};

test.each(Object.entries(limits))('the limit of %s is told as it is', (name, numbers) => {
  const limit = rows.find(([, names = '']) => namesIn(names).includes(name))?.[2];
  for (const number of numbers) expect(limit).toMatch(new RegExp(`(^|[^\\d ] ?)${number}\\b`));
});

test('whatever the agent calls a cap is one', () => {
  const agent = ['run.c', 'limits.c'].map(file => readFileSync(`guest/agent/${file}`, 'utf8')).join('');
  const added = [...agent.matchAll(/texts_add_text\([^"\n]*caps, "([a-z-]+)"/g)].map(([, name]) => name);
  const streams = /names\[STREAM_COUNT\] = \{(.*)\}/.exec(agent)?.[1]?.match(/[a-z-]+/g) ?? [];
  expect([...added, ...streams].toSorted()).toEqual([
    ...['hint-bytes', 'memory', 'processes', 'stderr-bytes', 'stdout-bytes', 'survivors', 'trace-bytes'],
  ]);
  expect(capNames).toEqual(expect.arrayContaining([...added, ...streams]));
});

test('those that were reached are told in the order of the list', () => {
  expect(capsOf({ links: true, hints: true, memory: false })).toEqual(['hints', 'links']);
});

test('a diagnostic is a cap of a parser only by a name that is known', () => {
  const capIn = (reason: string) =>
    capOf({ kind: 'diagnostic', reason, text: '', source_offset: 0, source_length: 0 });
  expect(['too-many-threads', 'too-many-words', 'hints', 'no-call'].map(capIn)).toEqual([
    ...['too-many-threads', undefined, undefined, undefined],
  ]);
});
