import { expect, test } from 'vitest';
import { computeDigests } from '../../../src/sandbox/image/digest.ts';
import { listPlatforms, parsePlatform, readImageRecipe } from '../../../src/sandbox/image/image-recipe.ts';

test('every image recipe can be read and names its own platform', async () => {
  const platforms = await listPlatforms();
  expect(platforms).toContain('debian-12/cpython-3.11');
  expect(platforms).toContain('debian-13/cpython-3.13');
  for (const platform of platforms) expect((await readImageRecipe(platform)).platform).toBe(platform);
});

test('an image recipe has the packages of all platforms and its own', async () => {
  const { packages } = await readImageRecipe('debian-13/cpython-3.13');
  expect(packages).toContain('python3-pytest');
  expect(packages).toContain('python3-pdm-backend');
});

test.each(['debian-99/cpython-9.9', '../package', '', 'debian-12', 'common/debian'])(
  'a platform without an image recipe is refused by name: %j',
  async platform => {
    await expect(readImageRecipe(platform)).rejects.toThrow(`unknown platform: ${platform}`);
  },
);

test('a digest is the same each time, and another for another platform', async () => {
  const [one, again, other] = await Promise.all(
    ['debian-12/cpython-3.11', 'debian-12/cpython-3.11', 'debian-13/cpython-3.13'].map(async platform =>
      computeDigests(await readImageRecipe(platform)),
    ),
  );
  expect(one).toEqual(again);
  expect(one?.base).not.toBe(other?.base);
  expect(one?.image).not.toBe(other?.image);
});

test('what an operating system is made of decides its digest', async () => {
  const recipe = await readImageRecipe('debian-12/cpython-3.11');
  const changed = await computeDigests({ ...recipe, packages: [...recipe.packages, 'hello'] });
  expect(changed.base).not.toBe((await computeDigests(recipe)).base);
});

const file = '/x/images/debian-12-cpython-3.11.json';
const own = { platform: 'debian-12/cpython-3.11', suite: 'bookworm', python: '3.11', packages: [] };

test('a platform is what its file is named and its Python what it is named after', () => {
  expect(parsePlatform(file, JSON.stringify(own))).toMatchObject(own);
});

test.each([
  ['another platform', { ...own, platform: 'debian-13/cpython-3.11' }, /"platform" is debian-13/],
  ['another Python', { ...own, python: '3.1' }, /"python" is 3.1, but "platform" debian-12\/cpython-3.11$/],
  ['a field it does not have', { ...own, pythn: '3.11' }, /pythn/],
  ['a suite that is none', { ...own, suite: '../x' }, /: suite: /],
  ['no JSON', undefined, /expected object/],
])('a platform’s file with %s is refused by its name', (_, content, complaint) => {
  const parse = () => parsePlatform(file, JSON.stringify(content) ?? 'not JSON');
  expect(parse).toThrow(complaint);
  expect(parse).toThrow(file);
  expect(parse).toThrow(expect.objectContaining({ kind: 'usage' }));
});
