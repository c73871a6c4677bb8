import { expect, test } from 'vitest';
import { computeDigests } from '../../../src/sandbox/image/digest.ts';
import { listPlatforms, readRecipe } from '../../../src/sandbox/image/recipe.ts';

test('every recipe can be read and names its own platform', async () => {
  const platforms = await listPlatforms();
  expect(platforms).toContain('debian-12/cpython-3.11');
  expect(platforms).toContain('debian-13/cpython-3.13');
  for (const platform of platforms) expect((await readRecipe(platform)).platform).toBe(platform);
});

test('a recipe has the packages of all platforms and its own', async () => {
  const { packages } = await readRecipe('debian-13/cpython-3.13');
  expect(packages).toContain('python3-pytest');
  expect(packages).toContain('python3-pdm-backend');
});

test.each(['debian-99/cpython-9.9', '../package', '', 'debian-12', 'common/debian'])(
  'a platform without a recipe is refused by name: %j',
  async platform => {
    await expect(readRecipe(platform)).rejects.toThrow(`unknown platform: ${platform}`);
  },
);

test('a digest is the same each time, and another for another platform', async () => {
  const [one, again, other] = await Promise.all(
    ['debian-12/cpython-3.11', 'debian-12/cpython-3.11', 'debian-13/cpython-3.13'].map(async platform =>
      computeDigests(await readRecipe(platform)),
    ),
  );
  expect(one).toEqual(again);
  expect(one?.base).not.toBe(other?.base);
  expect(one?.image).not.toBe(other?.image);
});

test('what an operating system is made of decides its digest', async () => {
  const recipe = await readRecipe('debian-12/cpython-3.11');
  const changed = await computeDigests({ ...recipe, packages: [...recipe.packages, 'hello'] });
  expect(changed.base).not.toBe((await computeDigests(recipe)).base);
});
