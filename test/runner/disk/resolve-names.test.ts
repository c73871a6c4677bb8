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

test('what leads nowhere, failed, or is known by its descriptor stays as the tracer has it', () => {
  const stay = [
    fileEvent('file.rename', '/tmp/circle/x', { path2: 'relative' }),
    fileEvent('file.rename', '/tmp/s/x', { path2: '/tmp/x', ok: false }),
    fileEvent('file.open', '/tmp/s/x'),
    fileEvent('file.create', '/memfd:x'),
  ];
  for (const event of stay) expect(resolveNames(event, links)).toBe(event);
});
