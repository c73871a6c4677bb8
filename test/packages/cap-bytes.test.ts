import { expect, test } from 'vitest';
import { capBytes } from '../../src/packages/cap-bytes.ts';

const through = (limit: number) =>
  new Response(new Blob(['1234', '5678']).stream().pipeThrough(capBytes(limit, 'it')));

test('as many bytes as the limit come through, one more is an error that says of what', async () => {
  expect(await through(8).text()).toBe('12345678');
  await expect(through(7).text()).rejects.toThrow('it: more than the limit of 7 bytes');
});
