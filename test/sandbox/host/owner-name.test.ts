import { expect, test } from 'vitest';
import { createOwnerName, isOwnerRunning } from '../../../src/sandbox/host/owner-name.ts';

test('a name speaks of the process that made it, and is given once', async () => {
  const [name, other] = [await createOwnerName(), await createOwnerName()];
  expect(name).not.toBe(other);
  expect(name).toMatch(new RegExp(`^${process.pid}-[A-Za-z0-9]+-[0-9a-f]{8}$`));
  expect(await isOwnerRunning(name)).toBe(true);
});

test.each([`${process.pid}-1-1f2e3d4c`, '999999999-1-1f2e3d4c', `${process.pid}`, 'x', ''])(
  'nobody owns what is named %j any more',
  async name => {
    expect(await isOwnerRunning(name)).toBe(false);
  },
);
