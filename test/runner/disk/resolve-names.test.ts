import { expect, test } from 'vitest';
import { Links } from '../../../src/runner/disk/links.ts';
import { resolveNames } from '../../../src/runner/disk/resolve-names.ts';
import { fileEvent } from './events.ts';

const links = new Links();
links.add('/tmp/s', '/home/ada/.ssh');
links.add('/tmp/circle', 'circle');

test('a name that goes through a link is told as the place it leads to', () => {
  const renamed = resolveNames(fileEvent('file.rename', '/tmp/s/id_rsa', { path2: '/tmp/s/x' }), links);
  expect(renamed).toMatchObject({ path: '/home/ada/.ssh/id_rsa', path2: '/home/ada/.ssh/x' });
  const made = resolveNames(fileEvent('file.symlink', '/tmp/s/x', { path2: '/tmp/s/y' }), links);
  expect(made).toMatchObject({ path: '/home/ada/.ssh/x', path2: '/tmp/s/y' });
});

test('a name that is a link itself stays', () => {
  const event = fileEvent('file.rename', '/tmp/s', { path2: '/tmp/t' });
  expect(resolveNames(event, links)).toBe(event);
});

test("a name by a process' root is told from there", () => {
  for (const before of ['/proc/self/root', '/proc/7/task/8/root', '/proc/self/root/proc/1/root']) {
    const event = fileEvent('file.link', `${before}/home/ada/.ssh/id_rsa`, { path2: '/tmp/x' });
    expect(resolveNames(event, links)).toMatchObject({ path: '/home/ada/.ssh/id_rsa', path2: '/tmp/x' });
  }
});

test('a name through links to roots of processes is told from there, as often as one is followed', () => {
  const rooted = new Links();
  rooted.add('/r', '/proc/self/root');
  rooted.add('/endless', '/proc/self/root/endless/x');
  const event = fileEvent('file.rename', '/r/r/etc/x', { path2: '/endless/x' });
  expect(resolveNames(event, rooted)).toMatchObject({
    path: '/etc/x',
    path2: expect.stringMatching(/^\/proc/),
  });
});

test('what leads back behind a link is told as the place it leads to, whatever the call and how it ended', () => {
  const event = fileEvent('file.chmod', '/tmp/s/../x');
  expect(resolveNames(event, links)).toMatchObject({ path: '/home/ada/x' });
  const failed = fileEvent('file.rename', '/tmp/s/../x', { path2: '/tmp/circle/../x', ok: false });
  expect(resolveNames(failed, links)).toMatchObject({ path: '/home/ada/x', path2: '/tmp/x' });
});

test('what leads nowhere, failed, or is known by its descriptor stays as the tracer has it', () => {
  const stay = [
    fileEvent('file.rename', '/tmp/circle/x', { path2: 'relative' }),
    fileEvent('file.rename', '/tmp/s/x', { path2: '/tmp/x', ok: false }),
    fileEvent('file.open', '/tmp/s/x'),
    fileEvent('file.create', '/memfd:x'),
  ];
  for (const event of stay) expect(resolveNames(event, links)).toBe(event);
});
