import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event, ProcessEvent, RawEvent } from '../../../src/model/event.ts';
import {
  maxDisagreements,
  maxMissed,
  maxProgramBytes,
  maxPrograms,
  SecondSensor,
} from '../../../src/runner/sensor/second-sensor.ts';

const tracer = ['strace', '-f', '--trace=?openat,?readlinkat,?clone,?clone3,?execve,?exit_group', '-o', 'x'];

const common = { seq: 0, at_ns: 0, proc: 1, pid: 7, tid: 7, origin: 'kernel' } as const;

const event = (call: string, changes: Partial<RawEvent> = {}): Event => ({
  ...common,
  kind: 'raw',
  call,
  ok: true,
  ...changes,
});

const exec = (path: string, changes: Partial<ProcessEvent> = {}): Event => ({
  ...common,
  kind: 'process.exec',
  call: 'execve',
  ok: true,
  path,
  ...changes,
});

/** What a sensor that saw all of `events`, and the launcher's marker call, would have counted. */
function sense(
  events: readonly Event[],
  counted: Readonly<Record<string, number>>,
  changes: {
    readonly forks?: number;
    readonly execs?: number;
    readonly unnamed?: number;
    readonly missed?: number;
    readonly programs?: readonly string[];
  } = {},
) {
  const sensor = new SecondSensor();
  sensor.takeTracer(tracer);
  for (const one of events) sensor.takeEvent(one);
  sensor.takePrograms(changes.programs ?? []);
  const calls = Object.entries({ readlinkat: 1, ...counted }).map(([name, count]) => ({ name, count }));
  const { forks = 0, execs = 0, unnamed = 0, missed = 0 } = changes;
  sensor.takeCounts({ absent: '', calls, forks, execs, unnamed, missed });
  return sensor;
}

const read = (...given: Parameters<typeof sense>) => sense(...given).read(false);
const caps = (...given: Parameters<typeof sense>) => sense(...given).caps;

test('agrees when each traced call was counted as often as the trace has it', () => {
  const reading = read([event('openat'), event('openat', { ok: false })], { openat: 2, newfstatat: 40 });
  expect(reading).toEqual({ state: 'agrees', reason: '', calls: 43, traced: 3, differences: [] });
});

test('a call that is missing from the trace is a difference, with both numbers', () => {
  const reading = read([event('openat')], { openat: 3 });
  expect(reading?.state).toBe('differs');
  expect(reading?.differences).toEqual(['openat: the kernel counted 3, the trace has 1']);
});

test('a kind of call that the trace has none of is missed as well', () => {
  expect(read([], { openat: 1 })?.differences).toEqual(['openat: the kernel counted 1, the trace has 0']);
});

test('a call that never happened is a difference', () => {
  expect(read([event('openat')], {})?.differences).toEqual(['openat: the kernel counted 0, the trace has 1']);
});

test('a call in which its process ended may have been counted or not', () => {
  const events = [event('openat', { flags: ['never-returned'] })];
  expect(read(events, { openat: 1 })?.state).toBe('agrees');
  expect(read(events, {})?.state).toBe('agrees');
  expect(read(events, { openat: 2 })?.state).toBe('differs');
});

test('a fork whose process was killed in it may have made a child or not', () => {
  const forked: Event = { ...common, kind: 'raw', call: 'clone' };
  expect(read([forked], { clone: 1 }, { forks: 1 })?.state).toBe('agrees');
  expect(read([forked], { clone: 1 }, { forks: 2 })?.state).toBe('differs');
});

test('an end may not have been made: its process was killed while the tracer looked at it', () => {
  const events = [event('exit_group'), event('exit_group')];
  expect(read(events, { exit_group: 1 })?.state).toBe('agrees');
  expect(read(events, { exit_group: 3 })?.state).toBe('differs');
});

test('what the tracer refused itself was not made', () => {
  const events = [event('clone3', { ok: false, flags: ['injected'] })];
  expect(read(events, {})?.state).toBe('agrees');
});

test('a call that several events tell of was made once', () => {
  const events = [event('openat'), event('openat', { flags: ['same-call'] })];
  expect(read(events, { openat: 1 })?.state).toBe('agrees');
});

test('what the guard trapped may stand in the trace as made, and no more than that', () => {
  const args = 'SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_syscall=__NR_clone}';
  const signal: Event = { ...common, kind: 'process.signal', signal: 'SIGSYS', args };
  const trapped = [event('clone', { ret: 56 }), signal];
  expect(read(trapped, {})?.state).toBe('agrees');
  expect(read([...trapped, event('clone')], {})?.state).toBe('differs');
  expect(read(trapped, { clone: 2 })?.state).toBe('differs');
});

test('new processes are compared by outcome, not by call', () => {
  const events = [event('clone'), event('clone', { ok: false })];
  expect(read(events, { clone: 2 }, { forks: 1 })?.state).toBe('agrees');
  expect(read(events, { clone: 2 }, { forks: 2 })?.differences).toEqual([
    'new processes and threads: the kernel counted 2, the trace has 1',
  ]);
});

test('a program that is not the one the argument named is told from both sides', () => {
  const reading = read([exec('/bin/true')], { execve: 1 }, { execs: 1, programs: ['/tmp/evil'] });
  expect(reading?.differences).toEqual([
    'program: the trace has /bin/true, the kernel did not start it',
    'program: the kernel started /tmp/evil, the trace does not have it',
  ]);
});

test('a relative program is compared as it was given', () => {
  const events = [exec('/home/ada/bin/tool', { args: './bin/tool' })];
  expect(read(events, { execve: 1 }, { execs: 1, programs: ['./bin/tool'] })?.state).toBe('agrees');
  expect(read(events, { execve: 1 }, { execs: 1, programs: ['tool'] })?.state).toBe('differs');
});

test('a failed start has no program, and one that was not named is not held against the trace', () => {
  const events = [exec('/usr/local/bin/true', { ok: false }), exec('//bin/../bin/true')];
  expect(read(events, { execve: 2 }, { execs: 1, programs: ['/bin/true'] })?.state).toBe('agrees');
  expect(read(events, { execve: 2 }, { execs: 1, unnamed: 1 })).toMatchObject({
    state: 'agrees',
    reason: '1 started programs could not be named',
  });
});

test('a trace that was cut is not compared, and a machine without a sensor says so', () => {
  const sensor = new SecondSensor();
  sensor.takeCounts({ absent: 'no cgroup v2', calls: [], forks: 0, execs: 0, unnamed: 0, missed: 0 });
  expect(sensor.read(false)).toMatchObject({ state: 'absent', reason: 'no cgroup v2' });
  sensor.takeCounts({
    absent: '',
    calls: [{ name: 'openat', count: 5 }],
    forks: 0,
    execs: 0,
    unnamed: 0,
    missed: 0,
  });
  expect(sensor.read(true)).toMatchObject({ state: 'not-compared', calls: 5 });
  expect(new SecondSensor().read(false)).toBeUndefined();
});

test(`at most ${maxDisagreements} differences are told, and how many more there are`, () => {
  const differences = (count: number) => {
    const programs = Array.from({ length: count }, (_, index) => `/tmp/${index}`);
    return read([], {}, { programs })?.differences;
  };
  // The count of started programs is one of them.
  expect(differences(maxDisagreements)).toHaveLength(maxDisagreements);
  expect(differences(maxDisagreements)?.at(-1)).toMatch('program: ');
  expect(differences(maxDisagreements + 5)).toHaveLength(maxDisagreements + 1);
  expect(differences(maxDisagreements + 5)?.at(-1)).toBe('and 5 more');
});

test(`names of more than ${maxPrograms} programs are not compared, which is a limit reached`, () => {
  const programs = Array.from({ length: maxPrograms }, (_, index) => `/tmp/${index}`);
  const withMore = (more: readonly string[]) => sense([], {}, { programs: [...programs, ...more] });
  expect([withMore([]).read(false)?.reason, withMore([]).caps]).toEqual(['', []]);
  expect(withMore(['/tmp/0']).caps).toEqual([]);
  expect(withMore(['/tmp/more']).read(false)?.reason).toContain('are not compared');
  expect(withMore(['/tmp/more']).caps).toEqual(['program-names']);
});

test('a program started by a descriptor is told from both sides', () => {
  const events = [exec('/usr/bin/true', { call: 'execveat', args: '/dev/fd/4/true' })];
  const counted = (program: string) => read(events, { execveat: 1 }, { execs: 1, programs: [program] });
  expect(counted('/dev/fd/4/true')?.state).toBe('agrees');
  expect(counted('/dev/fd/4/curl')?.differences).toHaveLength(2);
});

test('programs are told apart by all of a name, however it is spelled', () => {
  const spelled = './'.repeat(60);
  const events = [exec('/usr/bin/true', { args: `${spelled}bin/true` })];
  const reading = read(events, { execve: 1 }, { execs: 1, programs: [`${spelled}bin/curl`] });
  expect(reading?.differences).toHaveLength(2);
});

test(`a name of more than ${maxProgramBytes} bytes is not compared, which is a limit reached`, () => {
  const sensed = (bytes: number) => {
    const name = `./${'é'.repeat((bytes - 2) / 2)}`;
    return sense([exec('/x', { args: name })], { execve: 1 }, { execs: 1, programs: [name] });
  };
  expect([sensed(maxProgramBytes).read(false)?.reason, sensed(maxProgramBytes).caps]).toEqual(['', []]);
  expect(sensed(maxProgramBytes + 2).read(false)).toMatchObject({
    state: 'agrees',
    reason: `names of more than ${maxProgramBytes} bytes are not compared`,
  });
  expect(sensed(maxProgramBytes + 2).caps).toEqual(['program-names']);
});

test('names that the sensor had no room for are a limit reached, a kernel that names none is not', () => {
  const events = [exec('/bin/true'), exec('/bin/true')];
  const counted = { execve: 2 };
  expect(caps(events, counted, { execs: 2, unnamed: 1, programs: ['/bin/true'] })).toEqual(['program-names']);
  expect(caps(events, counted, { execs: 2, unnamed: 2 })).toEqual([]);
});

test('calls that the kernel left uncounted may be missing from its counts, never from the trace', () => {
  const events = [event('openat'), event('openat')];
  expect(read(events, { openat: 1 }, { missed: 1 })).toMatchObject({
    state: 'agrees',
    reason: 'the kernel left up to 1 calls uncounted',
  });
  expect(read(events, { openat: 0 }, { missed: 1 })?.state).toBe('differs');
  expect(read(events, { openat: 3 }, { missed: 1 })?.state).toBe('differs');
});

test(`more than ${maxMissed} uncounted calls and one in a hundred are a limit reached`, () => {
  const missedOf = (missed: number, openat: number) => caps([], { openat }, { missed });
  expect(missedOf(maxMissed, 0)).toEqual([]);
  expect(missedOf(maxMissed + 1, 0)).toEqual(['missed-calls']);
  expect(missedOf(maxMissed + 100, 10_000)).toEqual([]);
  expect(missedOf(maxMissed + 102, 10_000)).toEqual(['missed-calls']);
});

test('whatever is left out of a trace, the kernel counted it', () => {
  const calls = fc.constantFrom('openat', 'clone', 'exit_group');
  fc.assert(
    fc.property(fc.array(calls, { minLength: 1 }), fc.nat(), (names, at) => {
      const counted: Record<string, number> = {};
      for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
      const forks = counted['clone'] ?? 0;
      const events = names.map(name => event(name));
      expect(read(events, counted, { forks })?.state).toBe('agrees');
      expect(read(events.toSpliced(at % names.length, 1), counted, { forks })?.state).toBe('differs');
    }),
  );
});
