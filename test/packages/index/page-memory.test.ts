import { expect, test } from 'vitest';
import { PageMemory } from '../../../src/packages/index/page-memory.ts';

/** A memory of pages that are as long as they are told to be, and the names of those that were read. */
function remembering(limits: { readonly pages: number; readonly bytes: number }) {
  const memory = new PageMemory<string>(limits);
  const read: string[] = [];
  const ask = (name: string, bytes: number) =>
    memory.get(name, async () => {
      read.push(name);
      return { page: `page ${name}`, bytes };
    });
  return { ask, read };
}

test('pages are remembered up to their bytes, and one byte more forgets the oldest', async () => {
  const { ask, read } = remembering({ pages: 9, bytes: 10 });
  expect([await ask('a', 4), await ask('b', 6), await ask('a', 4)]).toEqual(['page a', 'page b', 'page a']);
  expect(read).toEqual(['a', 'b']);
  await ask('c', 1);
  await ask('b', 6);
  expect(read).toEqual(['a', 'b', 'c']);
  await ask('a', 4);
  expect(read).toEqual(['a', 'b', 'c', 'a']);
});

test('pages are remembered up to their count, and one more forgets the oldest', async () => {
  const { ask, read } = remembering({ pages: 2, bytes: 10 });
  for (const name of ['a', 'b', 'a', 'c', 'b', 'a']) await ask(name, 0);
  expect(read).toEqual(['a', 'b', 'c', 'a']);
});

test('a page that is larger than all that may be remembered is given and not kept', async () => {
  const { ask, read } = remembering({ pages: 9, bytes: 10 });
  expect([await ask('a', 11), await ask('a', 11), await ask('b', 10), await ask('b', 10)]).toHaveLength(4);
  expect(read).toEqual(['a', 'a', 'b']);
});

test('a page that was forgotten while it came takes no room afterwards', async () => {
  const { ask, read } = remembering({ pages: 1, bytes: 10 });
  await Promise.all([ask('a', 10), ask('b', 10)]);
  await ask('b', 10);
  expect(read).toEqual(['a', 'b']);
});

test('a page that is asked for twice while it comes is read once, and one that failed is read again', async () => {
  const memory = new PageMemory<string>({ pages: 9, bytes: 10 });
  let reads = 0;
  const ask = () =>
    memory.get('a', async () => {
      reads += 1;
      if (reads === 1) throw new Error('busy');
      return { page: 'page a', bytes: 1 };
    });
  expect((await Promise.allSettled([ask(), ask()])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
  expect([await ask(), await ask(), reads]).toEqual(['page a', 'page a', 2]);
});
