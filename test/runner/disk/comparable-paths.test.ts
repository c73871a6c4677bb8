import { describe, expect, test } from 'vitest';
import { comparablePaths } from '../../../src/runner/disk/comparable-paths.ts';
import { boundSocket, fileEvent } from './events.ts';

describe("a path of Windows' is compared", () => {
  const { pathOf, eventOf } = comparablePaths({ separator: '\\' });

  test.each([
    ['C:\\Users\\Mira\\x', '/c:/users/mira/x'],
    ['\\\\server\\share\\x', '//server/share/x'],
    ['folder\\x', 'folder/x'],
    ['', ''],
  ])('%s as %s', (path, compared) => {
    expect(pathOf(path)).toBe(compared);
  });

  test('under both names of a rename', () => {
    const event = fileEvent('file.rename', 'C:\\A', { path2: 'C:\\B' });
    expect(eventOf(event)).toEqual({ ...event, path: '/c:/a', path2: '/c:/b' });
  });

  test('where an event tells one of a file: an address is none', () => {
    const event = boundSocket('C:\\A');
    expect(eventOf(event)).toBe(event);
  });
});

test('elsewhere a path is compared as it is', () => {
  const { pathOf, eventOf } = comparablePaths({ separator: '/' });
  const event = fileEvent('file.open', '/A\\b');
  expect([pathOf('/A\\b'), eventOf(event)]).toEqual(['/A\\b', event]);
});
