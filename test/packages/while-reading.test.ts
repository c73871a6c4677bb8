import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { UserError } from '../../src/base/user-error.ts';
import { whileReading } from '../../src/packages/while-reading.ts';

test('what the host refuses is for the user to mend, and names what it was', async () => {
  const failure = await whileReading('this', readFile('/')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ message: expect.stringMatching(/^this cannot be read: EISDIR/) });
});
