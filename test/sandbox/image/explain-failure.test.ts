import { describe, expect, test } from 'vitest';
import { explainFailure } from '../../../src/sandbox/image/explain-failure.ts';

describe('why an image could not be made', () => {
  test.each([
    [
      'a stale mirror',
      'E: Release file for http://deb.example/dists/sid/InRelease is expired (invalid since 15d).',
      /--mirror URL; a snapshot .* --mirror '\[check-valid-until=no\] URL'/,
    ],
    ['a package the suite lacks', 'E: Unable to locate package python3-hatchling', /"without"/],
    ['a suite the mirror lacks', 'E: The repository does not have a Release file.', /--mirror/],
    ['no network', 'W: Failed to fetch x  Temporary failure resolving deb.example', /network/],
    ['a full disk', 'dpkg: error: No space left on device', /disk space/],
    ['no subordinate ids', 'unshare: unshare failed: Operation not permitted', /subuid/],
  ])('is said of %s, though more was said after it', (_, line, help) => {
    const explained = explainFailure(`I: running\n${line}\nE: mmdebstrap failed to run\n`);
    expect(explained.sentence).toBe(line.replace('E: ', ''));
    expect(explained.help).toMatch(help);
  });

  test('is the first error and the last lines, where the cause is new', () => {
    expect(explainFailure('I: one\nE: odd\nE: mmdebstrap failed to run\n')).toEqual({
      sentence: 'odd',
      help: 'what it said last:\nI: one\nE: odd\nE: mmdebstrap failed to run',
    });
  });

  test('is said even of a program that said nothing', () => {
    expect(explainFailure('').sentence).toBe('it said nothing');
  });
});
