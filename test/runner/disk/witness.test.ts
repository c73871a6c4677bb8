import { describe, expect, test } from 'vitest';
import type { Event, FileEvent } from '../../../src/model/event.ts';
import { Links } from '../../../src/runner/disk/links.ts';
import { maxAliases, maxRoots, Witness, type WitnessLimits } from '../../../src/runner/disk/witness.ts';
import { boundSocket, fileEvent } from './events.ts';

function witnessing(events: readonly Event[], targets: Readonly<Record<string, string>> = {}): Witness {
  const links = new Links();
  for (const [path, target] of Object.entries(targets)) links.add(path, target);
  const witness = new Witness(links);
  for (const event of events) witness.see(event);
  return witness;
}

const open = (path: string, more: Partial<FileEvent>) => fileEvent('file.open', path, more);
const rename = (path: string, path2: string) => fileEvent('file.rename', path, { path2 });
const link = (path: string, path2: string) => fileEvent('file.link', path, { path2 });
const write = (path: string) => fileEvent('file.write', path);
const chroot = (path: string) => fileEvent('file.mount', path, { call: 'chroot' });
const symlink = (path: string, path2: string) => fileEvent('file.symlink', path, { path2 });

describe('a change is explained', () => {
  test.each([
    ['an open to write', [open('/x', { access: 'write' })]],
    ['an open to read and write', [open('/x', { access: 'read-write' })]],
    ['an open to read that creates', [open('/x', { access: 'read', args: 'O_RDONLY|O_CREAT' })]],
    ['a call that never returned', [unended(open('/x', { access: 'write' }))]],
    ['a write to its descriptor', [fileEvent('file.write', '/x')]],
    ['a shared mapping', [fileEvent('file.map', '/x', { access: 'read-write' })]],
    ['mkdir or mknod', [fileEvent('file.create', '/x')]],
    ['unlink or rmdir', [fileEvent('file.delete', '/x')]],
    ['truncate', [fileEvent('file.truncate', '/x')]],
    ['chmod', [fileEvent('file.chmod', '/x')]],
    ['chown', [fileEvent('file.chown', '/x')]],
    ['utime or setxattr', [fileEvent('file.attribute', '/x')]],
    ['a socket that was bound', [boundSocket('/x')]],
    ['a rename to it', [rename('/y', '/x')]],
    ['a rename from it', [rename('/x', '/y')]],
    ['a hard link to it', [link('/x', '/y')]],
    ['a hard link that is it', [link('/y', '/x')]],
    ['a symbolic link that is it', [symlink('/x', '/y')]],
  ] as const)('by %s', (_, events) => {
    expect(witnessing(events).explains('/x')).toBe(true);
  });

  test.each([
    ['an open to read', [open('/x', { access: 'read' })]],
    ['an open of its path only', [open('/x', { access: 'path' })]],
    ['a failed open to write', [open('/x', { access: 'write', ok: false })]],
    ['a failed rename', [{ ...rename('/y', '/x'), ok: false }]],
    ['a private mapping', [fileEvent('file.map', '/x', { access: 'read' })]],
    ['an abstract socket', [boundSocket('@/x')]],
    ['a write to its folder', [fileEvent('file.chmod', '/')]],
    ['a write to what lies in it', [fileEvent('file.write', '/x/y')]],
    ['a write to what begins like it', [fileEvent('file.write', '/xy')]],
  ] as const)('not by %s', (_, events) => {
    expect(witnessing(events).explains('/x')).toBe(false);
  });

  test('by the rename of a folder above it, from or to', () => {
    const witness = witnessing([rename('/a', '/b')]);
    expect([witness.explains('/a/x/y'), witness.explains('/b/x/y'), witness.explains('/c/x')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([witness.arrived('/b/x'), witness.arrived('/a/x')]).toEqual([true, false]);
  });

  test('through links on the way and at the end', () => {
    const targets = { '/venv/lib64': 'lib', '/link': '/home/x' };
    const witness = witnessing(
      [fileEvent('file.create', '/venv/lib64/p'), fileEvent('file.chmod', '/link')],
      targets,
    );
    expect([witness.explains('/venv/lib/p'), witness.explains('/home/x')]).toEqual([true, true]);
  });

  test('through links that the task itself made, moved and removed', () => {
    const events = [
      symlink('/tmp/new', '/home/a'),
      rename('/tmp/new', '/tmp/l'),
      fileEvent('file.create', '/tmp/l/x'),
      fileEvent('file.delete', '/tmp/l'),
      fileEvent('file.create', '/tmp/l/y'),
    ];
    const witness = witnessing(events);
    expect([witness.explains('/home/a/x'), witness.explains('/home/a/y')]).toEqual([true, false]);
  });

  test('through links that changed places', () => {
    const exchange = { args: 'RENAME_EXCHANGE' };
    const events = [
      fileEvent('file.rename', '/l', { ...exchange, path2: '/new' }),
      fileEvent('file.rename', '/new', { ...exchange, path2: '/l', flags: ['same-call'] }),
      write('/l/x'),
      write('/new/y'),
    ];
    const witness = witnessing(events, { '/l': '/old', '/new': '/next' });
    expect(['/next/x', '/old/y', '/old/x', '/next/y'].map(path => witness.explains(path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('under another name of the same file, whoever gave it', () => {
    const events = [link('/a', '/b'), fileEvent('file.write', '/b'), fileEvent('file.delete', '/b')];
    expect(witnessing(events).explains('/a')).toBe(true);
    const old = witnessing([fileEvent('file.write', '/b')]);
    expect([old.explains('/a'), old.explains('/a', ['/b'])]).toEqual([false, true]);
  });

  test('below a bind mount, where it is bound from', () => {
    const bind = fileEvent('file.mount', '/tmp/m', { path2: '/home/a', args: '..., MS_BIND|MS_REC' });
    expect(witnessing([bind, fileEvent('file.write', '/tmp/m/x')]).explains('/home/a/x')).toBe(true);
    const tmpfs = fileEvent('file.mount', '/tmp/m', { path2: '/home/a', args: '"tmpfs", 0' });
    expect(witnessing([tmpfs, fileEvent('file.write', '/tmp/m/x')]).explains('/home/a/x')).toBe(false);
  });

  test('from a root of its own', () => {
    const chroot = fileEvent('file.mount', '/tmp/jail', { call: 'chroot' });
    expect(witnessing([chroot, fileEvent('file.create', '/x')]).explains('/tmp/jail/x')).toBe(true);
  });

  test('by a relative name in a folder that nobody knows', () => {
    const witness = witnessing([fileEvent('file.create', 'build/x', { flags: ['guessed-path'] })]);
    expect([witness.explains('/any/build/x'), witness.explains('/any/x')]).toEqual([true, false]);
  });
});

test('what was seen is forgotten when the next task begins', () => {
  const witness = witnessing([fileEvent('file.write', '/x'), rename('/a', '/b')]);
  witness.clear();
  expect([witness.explains('/x'), witness.explains('/b')]).toEqual([false, false]);
});

describe('as much is remembered as the limits say, and it is told when there was more', () => {
  test.each<[string, Partial<WitnessLimits>, readonly Event[], Event]>([
    ['changed paths', { witnessed: 2 }, [write('/a'), write('/b'), write('/b')], write('/c')],
    ['their characters', { characters: 6 }, [write('/ab'), write('/cd')], write('/e')],
    ['names in folders that nobody knows', { witnessed: 1 }, [write('a')], write('b')],
    [
      'renames of the same few paths',
      { witnessed: 8 },
      [rename('/a', '/c'), rename('/b', '/d')],
      rename('/a', '/d'),
    ],
    ['other names of files', { witnessed: 2 }, [link('/a', '/b'), link('/b', '/a')], link('/a', '/c')],
  ])('%s', (_, limits, events, more) => {
    const witness = new Witness(new Links(), limits);
    for (const event of events) witness.see(event);
    expect([witness.isFull, witness.explains('/never')]).toEqual([false, false]);
    witness.see(more);
    expect([witness.isFull, witness.explains('/never')]).toEqual([true, true]);
    witness.clear();
    expect([witness.isFull, witness.explains('/never')]).toEqual([false, false]);
  });

  test('roots that processes made', () => {
    const chroots = Array.from({ length: maxRoots }, (_, index) => chroot(`/jail${index}`));
    const witness = witnessing([...chroots, chroot('/jail0')]);
    expect(witness.isFull).toBe(false);
    witness.see(chroot('/more'));
    expect(witness.isFull).toBe(true);
  });

  test('names of one file: it may have been changed under one that is not looked at', () => {
    const names = Array.from({ length: maxAliases }, (_, index) => `/${index}`);
    const witness = witnessing([write('/last')]);
    expect([witness.explains('/0', names), witness.isFull]).toEqual([false, false]);
    expect([witness.explains('/0', ['/last', ...names]), witness.isFull]).toEqual([true, false]);
    expect([witness.explains('/0', [...names, '/last']), witness.isFull]).toEqual([true, true]);
  });
});

test('what is not on the disk takes no room', () => {
  const witness = witnessing([fileEvent('file.write', '/dev/null'), fileEvent('file.write', '/dev/shm/x')]);
  expect([witness.explains('/dev/null'), witness.explains('/dev/shm/x')]).toEqual([false, true]);
});

function unended(event: FileEvent): FileEvent {
  const { ok: _, ...rest } = event;
  return rest;
}
