import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';
import { DiskWatch, maxDiskEvents, type Watched } from '../../../src/runner/disk/disk-watch.ts';
import { maxLinks } from '../../../src/runner/disk/links.ts';
import { maxRoots } from '../../../src/runner/disk/witness.ts';
import { createNumbering } from '../../../src/runner/numbering.ts';
import { Timeline } from '../../../src/runner/timeline.ts';
import { fileEvent, treeEntry } from './events.ts';

/** The run began here, by the guest's clock; the watched command ran from second 10 to 20. */
const epochNs = 1_700_000_000_000_000_000n;
const at = (seconds: number) => epochNs + BigInt(Math.round(seconds * 1e9));
const watched: Watched = { startedNs: 10e9, endedNs: 20e9, isTraceWhole: true };

function watching(
  before: readonly TreeEntry[],
  events: readonly Event[] = [],
  separator: '/' | '\\' = '/',
): DiskWatch {
  const timeline = new Timeline();
  timeline.begin(epochNs);
  const watch = new DiskWatch(createNumbering(), timeline, { separator });
  watch.begin(before);
  for (const event of events) watch.see(event);
  return watch;
}

const unexplained = (watch: DiskWatch, tree: readonly TreeEntry[], how: Partial<Watched> = {}) =>
  watch
    .compare(tree, { ...watched, ...how })
    .events.filter(event => event.flags?.includes('unexplained'))
    .map(event => `${event.call} ${'path' in event ? event.path : ''}`);

const chroots = Array.from({ length: maxRoots + 1 }, (_, index) =>
  fileEvent('file.mount', `/tmp/jail${index}`, { call: 'chroot' }),
);
const changed = (path: string, seconds = 15) => treeEntry(path, { sha256: 'cd', ctime_ns: at(seconds) });

describe('a tree that differs', () => {
  test('is told as events of the disk, with what was and what is', () => {
    const before = [treeEntry('/x'), treeEntry('/gone'), treeEntry('/m', { mode: 0o600 })];
    const after = [
      changed('/x'),
      treeEntry('/m', { mode: 0o644, ctime_ns: at(15) }),
      treeEntry('/l', { type: 'symlink', target: '/x', ctime_ns: at(15) }),
    ];
    const { events } = watching(before).compare(after, watched);
    const seen = events.map(event => ({ kind: event.kind, at: event.at_ns, args: event.args }));
    expect(seen).toEqual([
      {
        kind: 'file.write',
        at: 15e9,
        args: 'content: 1 bytes, sha256 ab -> 1 bytes, sha256 cd',
      },
      { kind: 'file.chmod', at: 15e9, args: 'mode: 0600 -> 0644' },
      { kind: 'file.delete', at: 20e9, args: 'deleted: 1 bytes, sha256 ab' },
      { kind: 'file.symlink', at: 15e9, args: 'created: symlink' },
    ]);
    expect(new Set(events.map(event => event.origin))).toEqual(new Set(['disk']));
  });

  test('by what was traced is explained', () => {
    const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
    expect(unexplained(watch, [changed('/x')])).toEqual([]);
  });

  test('by anything else is not', () => {
    const watch = watching([treeEntry('/x'), treeEntry('/y')], [fileEvent('file.write', '/z')]);
    expect(unexplained(watch, [changed('/x'), changed('/n')])).toEqual([
      'content /x',
      'deleted /y',
      'created /n',
    ]);
  });

  test('by what an earlier task did is not', () => {
    const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
    watch.compare([treeEntry('/x')], watched);
    expect(unexplained(watch, [changed('/x')])).toEqual(['content /x']);
  });

  test('since before the command began is not, whatever the command did', () => {
    const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
    const { events } = watch.compare([changed('/x', 9.9)], watched);
    expect(events[0]).toMatchObject({ flags: ['unexplained', 'approximate-time'] });
    expect(events[0]?.args).toContain('before the command began');
  });

  test('since the tick in which the command began is', () => {
    const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
    expect(unexplained(watch, [changed('/x', 9.981)])).toEqual([]);
  });

  test('by a folder that was moved keeps its times', () => {
    const watch = watching([treeEntry('/a/x')], [fileEvent('file.rename', '/a', { path2: '/b' })]);
    expect(unexplained(watch, [treeEntry('/b/x')])).toEqual([]);
  });

  test('in another name of a file that was written is explained', () => {
    const shared = { shared_with: '1:7' };
    const watch = watching(
      [treeEntry('/a', shared), treeEntry('/b', shared)],
      [fileEvent('file.write', '/b')],
    );
    const after = ['/a', '/b'].map(path => ({ ...changed(path), ...shared }));
    expect(unexplained(watch, after)).toEqual([]);
  });

  test('is not judged when not all was traced', () => {
    const watch = watching([treeEntry('/x')]);
    expect(unexplained(watch, [changed('/x')], { isTraceWhole: false })).toEqual([]);
  });

  test('and could not be hashed says so', () => {
    const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
    const { sha256: _, ...large } = changed('/x');
    const { events } = watch.compare([{ ...large, is_unread: true }], watched);
    expect(events[0]?.flags).toEqual(['not-hashed']);
  });
});

test('before there is a tree, names are told by their text', () => {
  const watch = new DiskWatch(createNumbering(), new Timeline(), { separator: '/' });
  expect(watch.see(fileEvent('file.rename', '/a/../x', { path2: '/y' }))).toMatchObject({ path: '/x' });
});

test('where a path leads is told as of what was seen last; what is relative leads nowhere', () => {
  const watch = watching([treeEntry('/l', { type: 'symlink', target: '/d' })]);
  expect([watch.placeOf('/l'), watch.placeOf('l/x')]).toEqual(['/d', 'l/x']);
  watch.see(fileEvent('file.delete', '/l'));
  expect(watch.placeOf('/l')).toBe('/l');
});

test('a tree that could not be looked at is made good by the next, with all that was traced since', () => {
  const watch = watching([treeEntry('/x')], [fileEvent('file.write', '/x')]);
  watch.postpone({ ...watched, startedNs: 1e9 });
  expect(unexplained(watch, [changed('/x', 2)])).toEqual([]);
});

test('a link of the tree is known, one that is gone is not', () => {
  const watch = watching([treeEntry('/l', { type: 'symlink', target: '/d' })]);
  watch.see(fileEvent('file.write', '/l/x'));
  expect(unexplained(watch, [changed('/d/x')])).toEqual(['deleted /l']);
  watch.see(fileEvent('file.write', '/l/y'));
  expect(unexplained(watch, [changed('/d/x'), changed('/d/y')])).toEqual(['created /d/y']);
});

test('as many changes become events as the limit says, the unexplained ones first, and it is marked', () => {
  const events = Array.from({ length: maxDiskEvents }, (_, index) => fileEvent('file.write', `/${index}`));
  const tree = events.map((_, index) => changed(`/${index}`));
  const full = watching([], events).compare(tree, watched);
  expect([full.events.length, full.caps]).toEqual([maxDiskEvents, []]);
  const cut = watching([], events).compare([...tree, changed('/hidden')], watched);
  expect([cut.events.length, cut.caps]).toEqual([maxDiskEvents, ['disk-changes']]);
  expect(cut.events[0]).toMatchObject({ path: '/hidden', flags: ['unexplained'] });
});

test('what was there before is told before a flood of what is new', () => {
  const flood = Array.from({ length: maxDiskEvents }, (_, index) => changed(`/a/${index}`));
  const names = ['/b/gone', '/b/other', '/b/same'];
  const events = [...flood.map(({ path }) => path), ...names].map(path => fileEvent('file.write', path));
  const watch = watching(
    names.map(path => treeEntry(path)),
    events,
  );
  const { events: told, caps } = watch.compare(
    [...flood, changed('/b/other'), treeEntry('/b/same')],
    watched,
  );
  expect(told.slice(0, 2).map(one => `${one.call} ${'path' in one ? one.path : ''}`)).toEqual([
    'content /b/other',
    'deleted /b/gone',
  ]);
  expect([told.length, caps]).toEqual([maxDiskEvents, ['disk-changes']]);
});

test('what was there before the first task is told before a flood of what an earlier task made', () => {
  const flood = Array.from({ length: maxDiskEvents }, (_, index) => treeEntry(`/a/${index}`));
  const events = [...flood.map(({ path }) => path), '/b/gone'].map(path => fileEvent('file.write', path));
  const watch = watching([treeEntry('/b/gone')], events);
  watch.compare([...flood, treeEntry('/b/gone')], watched);
  for (const event of events) watch.see(event);
  const { events: told, caps } = watch.compare([], watched);
  expect(told[0]).toMatchObject({ call: 'deleted', path: '/b/gone' });
  expect(caps).toEqual(['disk-changes']);
});

test.each([
  ['links', treeEntry(`${'/d'.repeat(maxLinks)}/l`, { type: 'symlink', target: '/x' }), []],
  ['changed-paths', treeEntry('/x'), chroots],
])(
  'where there was more than is remembered it is marked as %s, and nothing is judged',
  (cap, entry, events) => {
    const found = watching([entry], events).compare([entry, changed('/new', 5)], watched);
    expect(found.caps).toEqual([cap]);
    expect(found.events).toMatchObject([{ path: '/new', flags: ['approximate-time'] }]);
    expect(found.events[0]?.args).not.toContain('before the command began');
  },
);

test('a folder too deep to be listed is a mark', () => {
  const deep = treeEntry('/deep', { type: 'directory', is_unread: true });
  expect(watching([deep]).compare([deep], watched).caps).toEqual(['tree-depth']);
});

test('a rename through a link is kept as one of the places that it is about', () => {
  const watch = watching([treeEntry('/tmp/s', { type: 'symlink', target: '/home/ada/.ssh' })]);
  const away = fileEvent('file.rename', '/tmp/s/id_rsa', { path2: '/tmp/k' });
  expect(watch.see(away)).toMatchObject({ path: '/home/ada/.ssh/id_rsa', path2: '/tmp/k' });
  // The links are those of the moment of the call.
  watch.see(fileEvent('file.rename', '/tmp/s', { path2: '/tmp/t' }));
  expect(watch.see(away)).toBe(away);
});

describe('on Windows, where services go on beside every task, a tree that differs', () => {
  const home = 'C:\\Users\\mira';
  const kindsOf = (watch: DiskWatch, tree: readonly TreeEntry[], how: Partial<Watched> = {}) =>
    watch.compare(tree, { ...watched, ...how }).events.map(event => `${event.kind} ${event.call}`);

  test.each<[string, Event]>([
    ['a write, whatever its letters', fileEvent('file.write', 'c:\\users\\MIRA\\x')],
    ['an open, since nobody recorded what for', fileEvent('file.open', `${home}\\x`)],
    ['a rename to it', fileEvent('file.rename', `${home}\\y`, { path2: `${home}\\x` })],
    ['a rename of its folder', fileEvent('file.rename', 'C:\\tmp', { path2: home })],
    ['a rename of what had a name that nobody knows', unnamed(`${home}\\x`)],
    ['a file whose folder nobody knows', fileEvent('file.create', 'mira\\x')],
  ])("by %s is the task's", (_, event) => {
    const watch = watching([], [event], '\\');
    expect(kindsOf(watch, [changed(`${home}\\x`)])).toEqual(['file.create created']);
  });

  test.each<[string, Event[]]>([
    ['nothing that was traced', []],
    ['a file of a like name', [fileEvent('file.write', `${home}\\xx`), fileEvent('file.write', 'D:\\x')]],
    ['an open to read', [fileEvent('file.open', `${home}\\x`, { access: 'read' })]],
    ['an open that failed', [fileEvent('file.open', `${home}\\x`, { ok: false })]],
  ])('by %s is told and held against nobody', (_, events) => {
    const { events: told } = watching([], events, '\\').compare([changed(`${home}\\x`)], watched);
    expect(told).toMatchObject([
      { kind: 'meta.note', call: 'unattributed-change', origin: 'disk', path: `${home}\\x`, bytes: 1 },
    ]);
    expect(told[0]).not.toHaveProperty('flags');
  });

  test("before the command began is nobody's either, and what has an earlier time may be the task's", () => {
    const tree = [changed(`${home}\\x`, 5), changed(`${home}\\y`, 5)];
    const watch = watching([], [fileEvent('file.write', `${home}\\y`)], '\\');
    expect(kindsOf(watch, tree).sort()).toEqual(['file.create created', 'meta.note unattributed-change']);
  });

  test("is nobody's where more was changed than is remembered", () => {
    const watch = watching([], [fileEvent('file.write', `${home}\\x`), ...chroots], '\\');
    expect(kindsOf(watch, [changed(`${home}\\x`)])).toEqual(['meta.note unattributed-change']);
  });

  test("is told first where it is the task's, and marked where not all is told", () => {
    const others = Array.from({ length: maxDiskEvents }, (_, index) => changed(`C:\\ProgramData\\${index}`));
    const watch = watching([], [fileEvent('file.write', `${home}\\x`)], '\\');
    const cut = watch.compare([...others, changed(`${home}\\x`)], watched);
    expect(cut.events[0]).toMatchObject({ kind: 'file.create', path: `${home}\\x` });
    expect(cut.caps).toEqual(['disk-changes']);
  });
});

/** A rename whose old name no record told. */
function unnamed(path2: string): Event {
  const { path: _, ...event } = fileEvent('file.rename', '', { path2 });
  return event;
}
