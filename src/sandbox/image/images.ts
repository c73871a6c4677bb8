import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import type { PlatformId } from '../../model/run.ts';
import { removeAbandoned, removeTree } from './build-folder.ts';
import { basesFolder, exists, imagesFolder } from './cache.ts';
import { computeDigests } from './digest.ts';
import { diskUsage } from './hash-parts.ts';
import { hashPath } from './hash-path.ts';
import { baseSchema, type Image, imageFolder, readAllImages, readImage, readManifest } from './image.ts';
import { listPlatforms, readImageRecipe } from './image-recipe.ts';

/** One line of `image list`. */
export interface ImageSummary {
  readonly platform: PlatformId;
  /** Digest of the image as it would be built now, or of the old one that is there. */
  readonly digest: string;
  readonly state: 'built' | 'missing' | 'outdated';
  /** On disk, with its operating system and snapshots; an operating system that images share counts for each. */
  readonly bytes: number;
  readonly builtAt: string | null;
  readonly snapshots: readonly string[];
}

/** Every platform's image as it should be now, then those that an older recipe or agent left. */
export async function listImages(): Promise<readonly ImageSummary[]> {
  const platforms = await listPlatforms();
  const current = await Promise.all(platforms.map(summarizeCurrent));
  const known = new Set(current.map(summary => summary.digest));
  const old = (await readAllImages()).filter(image => !known.has(image.digest));
  return [...current, ...(await Promise.all(old.map(image => summarize(image, 'outdated'))))];
}

/** The image of a platform as this program would build it now, if it is there. */
export async function findImage(platform: PlatformId): Promise<Image | undefined> {
  const { image } = await computeDigests(await readImageRecipe(platform));
  return readImage(imageFolder(platform, image));
}

/** Removes every image of a platform, with the operating systems nothing else uses; gives how many images. */
export async function removeImage(platform: PlatformId): Promise<number> {
  await readImageRecipe(platform);
  const images = (await readAllImages()).filter(image => image.platform === platform);
  for (const image of images) await removeTree(image.folder);
  await removeUnusedBases();
  return images.length;
}

/** Removes images that would be built anew, abandoned builds, and operating systems nothing uses; gives what went. */
export async function removeOutdatedImages(): Promise<readonly string[]> {
  const outdated = (await listImages()).filter(summary => summary.state === 'outdated');
  for (const { platform, digest } of outdated) await removeTree(imageFolder(platform, digest));
  for (const name of await readdir(imagesFolder()).catch(() => [])) {
    await removeAbandoned(join(imagesFolder(), name));
  }
  const bases = await removeUnusedBases();
  return [
    ...outdated.map(({ platform, digest }) => `image ${platform} ${digest.slice(0, 12)}`),
    ...bases.map(digest => `operating system ${digest.slice(0, 12)}`),
  ];
}

/** Compares an image's files, its operating system's and its snapshots' with the hashes noted when they were made. */
export async function verifyImage(platform: PlatformId, signal: AbortSignal): Promise<readonly string[]> {
  const image = await findImage(platform);
  if (!image) {
    throw new UserError(`the image of ${platform} is not built`, {
      help: `run: buildhaus image build ${platform}`,
    });
  }
  const base = join(basesFolder(), image.base);
  const manifest = await readManifest(join(base, 'base.json'), baseSchema);
  const problems = [
    await compare(image.folder, image.sha256, signal),
    await compare(base, manifest?.sha256 ?? {}, signal),
  ];
  for (const name of await snapshotNames(image)) {
    const folder = join(image.snapshots, name);
    const noted = await readManifest(join(folder, 'snapshot.json'), hashedSchema);
    problems.push(await compare(folder, noted?.sha256 ?? {}, signal));
  }
  return problems.flat();
}

/** The part of a sandbox's own manifest that is checked here. */
const hashedSchema = z.looseObject({ sha256: z.record(z.string(), z.string()) });

async function compare(
  folder: string,
  noted: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [name, expected] of Object.entries(noted)) {
    signal.throwIfAborted();
    const found = await hashPath(join(folder, name)).catch(() => 'missing');
    if (found === 'missing') problems.push(`${join(folder, name)}: missing`);
    else if (found !== expected) problems.push(`${join(folder, name)}: changed since it was built`);
  }
  return problems;
}

async function removeUnusedBases(): Promise<readonly string[]> {
  await removeAbandoned(basesFolder());
  const used = new Set((await readAllImages()).map(image => image.base));
  for (const platform of await listPlatforms()) {
    used.add((await computeDigests(await readImageRecipe(platform))).base);
  }
  const names = await readdir(basesFolder()).catch(() => []);
  const unused = names.filter(name => !name.startsWith('.') && !used.has(name));
  for (const name of unused) await removeTree(join(basesFolder(), name));
  return unused;
}

async function summarizeCurrent(platform: PlatformId): Promise<ImageSummary> {
  const { image: digest } = await computeDigests(await readImageRecipe(platform));
  const image = await readImage(imageFolder(platform, digest));
  if (image) return summarize(image, 'built');
  return { platform, digest, state: 'missing', bytes: 0, builtAt: null, snapshots: [] };
}

async function summarize(image: Image, state: 'built' | 'outdated'): Promise<ImageSummary> {
  const base = join(basesFolder(), image.base);
  const bytes = (await diskUsage(image.folder)) + (await diskUsage(base));
  const { platform, digest, builtAt } = image;
  return { platform, digest, state, bytes, builtAt, snapshots: await snapshotNames(image) };
}

async function snapshotNames(image: Image): Promise<readonly string[]> {
  if (!(await exists(image.snapshots))) return [];
  return (await readdir(image.snapshots)).filter(name => !name.startsWith('.'));
}
