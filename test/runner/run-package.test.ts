import { describe, expect, test } from 'vitest';
import { type CapName, capsOf } from '../../src/model/caps.ts';
import type { TreeEntry } from '../../src/model/ports.ts';
import { recipeNamed } from '../../src/runner/recipes.ts';
import { live, quiet, sdist } from './live.ts';
import { chunk, exit, frames, MemoryWriter } from './scripted-session.ts';

const allNames = 'fetch unpack build install start import entry-points test uninstall'.split(' ');

function file(path: string, changes: Partial<TreeEntry> = {}): TreeEntry {
  return { path, type: 'file', bytes: 1, mode: 0o644, uid: 1000, gid: 1000, ctime_ns: 1n, ...changes };
}

const failed = (text: string) =>
  frames(chunk('hint', `{"hint":"reason","text":"${text}"}\n`), exit({ code: 1 }));

describe('a package that goes well', () => {
  test('is put into the machine and taken through every task, in order', async () => {
    const { session, run, statuses, folder } = await live({});
    expect(session.log).toEqual([
      'put Sample-1.0.tar.gz',
      'tree',
      ...allNames.flatMap(name => [name, 'tree']),
    ]);
    expect(new Set(Object.values(statuses))).toEqual(new Set(['passed']));
    expect(run.verdict).toMatchObject({ grade: 'PASS', behaviour: 'clean', integrity: 'complete' });
    expect(folder).toBe('/runs/sample');
  });

  test('is sealed as the run that is returned', async () => {
    const { run, writer } = await live({});
    expect(writer.sealed).toBe(run);
    expect(run.counts).toEqual({ events: 9, collapsed: 0, diagnostics: 0, processes: 9, rules: 3, lost: 0 });
  });

  test('has events numbered across its tasks, in time since the guest started', async () => {
    const { writer, task } = await live({});
    expect(writer.events.map(({ event }) => event.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(writer.events.map(({ event }) => event.at_ns))).toEqual(new Set([250_000_000]));
    expect(task('fetch')?.started_ns).toBe(250_000_000);
  });
});

test('a limit that the store reached is told at the task that reached it, and the run is truncated', async () => {
  const caps: CapName[] = [];
  const writer = Object.assign(new MemoryWriter(), { caps });
  const appendEvents = writer.appendEvents.bind(writer);
  writer.appendEvents = async (task, phase, events) => {
    if (task === 'build' && caps.length === 0) caps.push('event-text');
    await appendEvents(task, phase, events);
  };
  const { run } = await live({}, { writer });
  expect(run.tasks.flatMap(task => task.caps.map(cap => [task.name, cap]))).toEqual([
    ['build', 'event-text'],
  ]);
  expect(run.verdict).toMatchObject({ behaviour: 'note', integrity: 'truncated' });
  expect(run.verdict.reasons).toContain('build reached a limit: event-text');
});

test('a limit of the store is told also when the machine no longer shows its disk', async () => {
  const writer = Object.assign(new MemoryWriter(), { caps: capsOf({ 'event-text': true }) });
  const { task } = await live({ trees: { boot: new Error('busy') } }, { writer });
  expect(task('fetch')?.caps).toEqual(['event-text']);
});

describe('the index', () => {
  const index = async () => new Response();

  test('answers during fetch and is gone before the next task', async () => {
    const { session } = await live({}, { index });
    expect(session.log.slice(2, 7)).toEqual(['serve', 'fetch', 'close', 'tree', 'unpack']);
    expect(session.commands.map(command => command.network)).toEqual([
      'index',
      ...Array.from({ length: 8 }, () => 'deny'),
    ]);
    expect(session.commands[0]?.env['PIP_INDEX_URL']).toBe('http://127.0.0.1:3141/simple/');
    expect(session.commands[1]?.env['PIP_INDEX_URL']).toBeUndefined();
  });

  test('that cannot be served is an error of ours, and what needs it is skipped', async () => {
    const { statuses, run } = await live({ serveError: new Error('no socket') }, { index });
    expect(statuses).toMatchObject({ fetch: 'error', unpack: 'passed', build: 'skipped' });
    expect(run.verdict.grade).toBe('UNKNOWN');
  });

  test('without one fetch has no network at all', async () => {
    const { session } = await live({});
    expect(session.commands[0]?.network).toBe('deny');
  });
});

describe('a task that fails', () => {
  test('in build skips what needs the wheel, naming it, and lets the start run', async () => {
    const { statuses, task, run } = await live({ tasks: { build: failed('RuntimeError: no') } });
    expect(statuses).toEqual({
      fetch: 'passed',
      unpack: 'passed',
      build: 'failed',
      install: 'skipped',
      start: 'passed',
      import: 'skipped',
      'entry-points': 'skipped',
      test: 'skipped',
      uninstall: 'skipped',
    });
    expect(task('install')?.reason).toBe('skipped: build failed');
    expect(run.verdict).toMatchObject({
      grade: 'FAIL',
      behaviour: 'note',
      integrity: 'complete',
      reasons: [
        'build failed: RuntimeError: no',
        expect.stringMatching(/^nothing was found in what ran; not run, .*: build failed, install skipped, /),
      ],
    });
  });

  test('in test does not stop uninstall', async () => {
    const { statuses } = await live({ tasks: { test: failed('1 failed') } });
    expect(statuses).toMatchObject({ test: 'failed', uninstall: 'passed' });
  });

  test.each([
    [exit({ code: 3 }), 'failed', 'ended with exit code 3'],
    [exit({ code: null, signal: 'SIGSEGV' }), 'failed', 'ended by SIGSEGV'],
    [exit({ code: null, timedOut: true }), 'timed-out', 'took longer than 1200 s'],
    [exit({ code: 124 }), 'timed-out', 'ended with exit code 124'],
    [exit({ code: 77 }), 'not-applicable', 'ended with exit code 77'],
  ] as const)('ends as its exit says', async (end, status, reason) => {
    const { task } = await live({ tasks: { build: frames(chunk('trace', '10 exit\n'), end) } });
    expect(task('build')).toMatchObject({ status, reason });
  });

  test('a plain command has no exit codes of probes', async () => {
    const { statuses } = await live({ tasks: { start: frames(exit({ code: 77 })) } });
    expect(statuses['start']).toBe('failed');
  });

  test('a task with nothing to do does not keep others from running', async () => {
    const { statuses } = await live({ tasks: { build: frames(exit({ code: 77 })) } });
    expect(statuses).toMatchObject({ build: 'not-applicable', install: 'passed' });
  });
});

describe('kinds of packages', () => {
  test('a wheel has no unpack and no tests', async () => {
    const wheel = { ...sdist, kind: 'wheel', file: 'sample-1.0-py3-none-any.whl' } as const;
    const { statuses, session } = await live({}, { package: wheel });
    expect(statuses).toMatchObject({ unpack: 'not-applicable', test: 'not-applicable', install: 'passed' });
    expect(session.commands[0]?.argv.at(-1)).toBe('/inbox/sample-1.0-py3-none-any.whl');
  });

  test('a folder is named by what its own metadata says, as a hint', async () => {
    const folder = { ...sdist, kind: 'folder', name: null, version: null } as const;
    const hint = chunk('hint', '{"hint":"package","name":"evil\\u001b","version":"2"}\n');
    const { run } = await live({ tasks: { unpack: frames(hint) } }, { package: folder });
    expect(run.package).toMatchObject({ name: 'evil\u001b', version: '2' });
  });
});

describe('evidence that is not whole', () => {
  test('a broken stream is an error of ours, and the run incomplete', async () => {
    const { task, run } = await live({ tasks: { build: frames({ kind: 'lost', reason: 'hash differs' }) } });
    expect(task('build')).toMatchObject({ status: 'error', reason: 'hash differs' });
    expect(run.verdict).toMatchObject({ integrity: 'incomplete', behaviour: 'note', grade: 'UNKNOWN' });
    expect(run.counts.lost).toBe(1);
  });

  test('a stream that disagrees after the end keeps the status and is incomplete', async () => {
    const end = [exit(), { kind: 'lost', reason: 'hash differs' } as const];
    const { statuses, run } = await live({ tasks: { build: frames(...end) } });
    expect(statuses['build']).toBe('passed');
    expect(run.verdict.integrity).toBe('incomplete');
  });

  test('a machine that no longer answers ends the run as crashed', async () => {
    const script = {
      tasks: { unpack: frames({ kind: 'lost', reason: 'closed' } as const) },
      trees: { unpack: new Error('gone') },
    };
    const { run, task } = await live(script);
    expect(run.verdict.integrity).toBe('crashed');
    expect(task('start')?.reason).toBe('skipped: the machine was lost during unpack');
  });

  test('a task of which nothing was traced is incomplete', async () => {
    const silent = frames().filter(frame => frame.kind !== 'chunk');
    const { run } = await live({ tasks: { import: silent } });
    expect(run.verdict.integrity).toBe('incomplete');
    expect(run.verdict.reasons).toContain('import ran, but nothing of it was traced');
  });

  test('events that the tracer lost make it incomplete', async () => {
    const { run } = await live({ tasks: { import: frames(chunk('trace', '10 lost\n')) } });
    expect(run.verdict.integrity).toBe('incomplete');
  });

  test('a cap makes it truncated, a time limit timed-out', async () => {
    const capped = await live({ tasks: { test: frames(exit({ caps: ['stdout-bytes'] })) } });
    expect(capped.run.verdict.integrity).toBe('truncated');
    const late = await live({ tasks: { test: frames(exit({ code: null, timedOut: true })) } });
    expect(late.run.verdict).toMatchObject({ integrity: 'timed-out', grade: 'FAIL' });
  });

  test('a tree that cannot be listed is said so', async () => {
    const { run } = await live({ trees: { test: new Error('too large') } });
    expect(run.verdict.integrity).toBe('incomplete');
  });
});

describe('the disk', () => {
  const hidden = {
    start: [file('/home/mira/.bashrc'), file('/tmp/x', { ctime_ns: 1_700_000_000_260_000_000n })],
  };
  const boot = [file('/home/mira/.bashrc')];

  test('is held against the trace after every task: what nothing explains is marked', async () => {
    const { writer, task } = await live({ trees: { boot, ...hidden } });
    const shown = writer.events.filter(({ event }) => event.origin === 'disk');
    expect(shown).toMatchObject([
      {
        task: 'start',
        event: { kind: 'file.create', call: 'created', path: '/tmp/x', flags: ['unexplained'] },
      },
    ]);
    expect(task('start')?.events).toBe(2);
  });

  test('is not judged where evidence was lost', async () => {
    const lost = frames(exit(), { kind: 'lost', reason: 'hash differs' });
    const { writer } = await live({ tasks: { start: lost }, trees: { boot, ...hidden } });
    const shown = writer.events.filter(({ event }) => event.origin === 'disk');
    expect(shown.map(({ event }) => event.flags)).toEqual([undefined]);
  });

  test('that reaches a limit truncates the run', async () => {
    const deep = [file('/tmp/deep', { type: 'directory', is_unread: true })];
    const { run, task } = await live({ trees: { boot: deep } });
    expect(task('fetch')?.caps).toEqual(['tree-depth']);
    expect(run.verdict.integrity).toBe('truncated');
  });

  test('that could not be looked at is compared after the next task', async () => {
    const trees = { boot, start: new Error('busy'), import: hidden.start };
    const { writer, run } = await live({ trees });
    const shown = writer.events.filter(({ event }) => event.origin === 'disk');
    expect(shown.map(({ task }) => task)).toEqual(['import']);
    expect(run.verdict.integrity).toBe('incomplete');
  });
});

test('leftovers are what differs between the trees before install and after uninstall', async () => {
  const { task } = await live({
    trees: {
      boot: [file('/home/mira/.bashrc'), file('/home/mira/old')],
      uninstall: [
        file('/home/mira/.bashrc', { ctime_ns: 2n }),
        file('/home/mira/dist/a.whl'),
        file('/srv/venv/x.pth'),
      ],
    },
  });
  expect(task('uninstall')?.leftovers).toEqual([
    { path: '/home/mira/.bashrc', change: 'modified' },
    { path: '/srv/venv/x.pth', change: 'added' },
    { path: '/home/mira/old', change: 'removed' },
  ]);
  expect(task('uninstall')?.reason).toContain('3 leftovers, 1 expected changes');
});

test('what is no probe is told nothing that only a probe is told', async () => {
  const { session } = await live({});
  const told = session.commands.filter(({ env }) => Object.keys(env).some(name => name.startsWith('PROBE_')));
  expect(session.commands.map(({ task }) => task)).toContain('start');
  expect(told.map(({ task }) => task)).toEqual(allNames.filter(name => name !== 'start'));
});

test('an aborted run throws and seals nothing', async () => {
  const abort = new AbortController();
  const writer = new MemoryWriter();
  const start = () => {
    abort.abort(new Error('Ctrl-C'));
    return () => undefined;
  };
  const progress = { ...quiet, start };
  await expect(live({}, { signal: abort.signal, progress, writer })).rejects.toThrow('Ctrl-C');
  expect(writer.sealed).toBeUndefined();
});

test('the standard recipe holds every task and the quick one leaves out the tests', () => {
  expect(recipeNamed('standard').tasks.map(task => task.name)).toEqual(allNames);
  expect(recipeNamed('quick').tasks.map(task => task.name)).not.toContain('test');
  expect(() => recipeNamed('nope')).toThrow('there is no recipe "nope"');
});
