import { expect, test } from 'vitest';
import { changeNames } from '../../../src/runner/disk/walked-names.ts';
import { boundSocket, fileEvent } from './events.ts';

const mark = (name: string, column: string) => `${name}!${column}`;

test('the names that a call walked are changed', () => {
  expect(changeNames(fileEvent('file.rename', '/a', { path2: '/b' }), mark)).toMatchObject({
    path: '/a!path',
    path2: '/b!path2',
  });
  expect(changeNames(boundSocket('/a'), mark)).toMatchObject({ path: '/a!path' });
});

test('what a link holds, or an open was given, is not', () => {
  for (const kind of ['file.symlink', 'file.open'] as const)
    expect(changeNames(fileEvent(kind, '/a', { path2: '/b' }), mark)).toMatchObject({ path2: '/b' });
});

test('what is no absolute name of a file stays, and so does an event that nothing changes', () => {
  const stay = [boundSocket('@x'), fileEvent('file.rename', 'x', { path2: '/memfd:a/../b' })];
  for (const event of stay) expect(changeNames(event, mark)).toBe(event);
  const same = fileEvent('file.rename', '/a', { path2: '/b' });
  expect(changeNames(same, name => name)).toBe(same);
});
