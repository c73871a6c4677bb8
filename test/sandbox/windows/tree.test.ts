import { expect, test } from 'vitest';
import { CapReached } from '../../../src/model/caps.ts';
import { pathLimit, readTree } from '../../../src/sandbox/windows/tree.ts';

const line = (base64: string) => `f 5 134116992000000000 ${base64}`;
const entry = (path: string) => line(Buffer.from(path).toString('base64'));

test('files are shown sorted, and half a list is none', () => {
  const list = [entry('C:\\b'), entry('C:\\a')];
  expect(readTree([...list, 'end 2']).map(({ path }) => path)).toEqual(['C:\\a', 'C:\\b']);
  expect(() => readTree(list)).toThrow('was cut');
});

test('files are shown up to their limit, and beyond it none', () => {
  const list = [entry('C:\\b'), entry('C:\\a'), 'end 2'];
  expect(readTree(list, 2)).toHaveLength(2);
  expect(() => readTree(list, 1)).toThrow(CapReached);
});

test('paths are shown up to their limit, and no longer ones', () => {
  const read = (characters: number) => readTree([line('A'.repeat(characters)), 'end 1']);
  expect(read(pathLimit)).toHaveLength(1);
  expect(() => read(pathLimit + 4)).toThrow('cannot be read');
});
