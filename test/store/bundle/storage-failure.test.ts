import { expect, test } from 'vitest';
import { toScratchFailure } from '../../../src/store/bundle/storage-failure.ts';

const full = { name: 'UserError', kind: 'host', message: expect.stringContaining('the disk is full') };

test.each([
  'IO Error: Could not write all bytes to file "/r/.partial-a-1/scratch/x.tmp": wanted=262144 wrote=0: No space left on device',
  'Failed to execute prepared statement: IO Error: Could not write file "/r/x": No space left on device',
  "Out of Memory Error: failed to offload data block of size 256.0 KiB (1.0 MiB/1.0 MiB used).\nThis limit was set by the 'max_temp_directory_size' setting.",
])('a question that finds no room for its rows on the disk fails for that: %s', message => {
  expect(toScratchFailure(new Error(message), '/r')).toMatchObject(full);
});

test.each([
  "Conversion Error: Could not convert string 'No space left on device' to INT32",
  'Invalid Input Error: IO Error: No space left on device',
  'Out of Memory Error: failed to allocate data of size 16.0 MiB (120.0 MiB/128.0 MiB used)',
  'IO Error: something else',
])('what is wrong with a question stays so, whatever it quotes: %s', message => {
  const error = new Error(message);
  expect(toScratchFailure(error, '/r')).toBe(error);
});
