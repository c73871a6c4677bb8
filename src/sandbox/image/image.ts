import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PlatformId } from '../../model/run.ts';
import { basesFolder, imagesFolder } from './cache.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** `base.json`: an operating system tree with its disk, shared by all images with the same recipe. */
export const baseSchema = z.strictObject({
  schema: z.literal(1),
  builtAt: z.iso.datetime(),
  kernel: z.string(),
  /** sha256 of each file and of the whole tree, by name. */
  sha256: z.record(z.string(), digest),
  bytes: z.number(),
});

/** `image.json`: what was built, from what, when. */
export const imageSchema = z.strictObject({
  schema: z.literal(1),
  platform: z.string(),
  python: z.string(),
  /** The ordinary user's name until a session gives another. */
  user: z.string(),
  digest,
  base: digest,
  builtAt: z.iso.datetime(),
  tracer: z.string(),
  /** sha256 of each file, by name. */
  sha256: z.record(z.string(), digest),
  /** On disk, without the base. */
  bytes: z.number(),
});

/** Names of what lies in the folder of a base and in that of an image. */
export const baseFiles = ['tree', 'tracer', 'disk.qcow2', 'vmlinuz', 'initrd.img'] as const;
export const imageFiles = ['agent', 'agent.squashfs', 'client-key', 'host-key.pub'] as const;

/** A built guest, and where its parts are. */
export interface Image extends Readonly<z.infer<typeof imageSchema>> {
  readonly folder: string;
  /** The root tree as a folder, without the agent's disk. */
  readonly tree: string;
  /** An ext4 file system in a qcow2 file; never written after it was built. */
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
  /** What is mounted at `/run/agent`, as a folder and as a squashfs. */
  readonly agent: string;
  readonly agentDisk: string;
  /** The key the host logs in with, and the guest's host key to pin, in OpenSSH's spelling. */
  readonly clientKey: string;
  readonly hostKey: string;
  /** Where sandboxes keep what they derive from the image. */
  readonly snapshots: string;
}

/** The program and arguments of our own tracer inside every guest: its loader, its libraries, itself. */
export const straceProgram = [
  '/run/agent/tracer/lib/ld-linux-x86-64.so.2',
  '--library-path',
  '/run/agent/tracer/lib',
  '/run/agent/tracer/strace',
] as const;

/** The image in a folder; absent or half-made ones give undefined. */
export async function readImage(folder: string): Promise<Image | undefined> {
  const manifest = await readManifest(join(folder, 'image.json'), imageSchema);
  if (!manifest) return undefined;
  const base = join(basesFolder(), manifest.base);
  if (!(await readManifest(join(base, 'base.json'), baseSchema))) return undefined;
  return {
    ...manifest,
    folder,
    tree: join(base, 'tree'),
    disk: join(base, 'disk.qcow2'),
    kernel: join(base, 'vmlinuz'),
    initrd: join(base, 'initrd.img'),
    agent: join(folder, 'agent'),
    agentDisk: join(folder, 'agent.squashfs'),
    clientKey: join(folder, 'client-key'),
    hostKey: join(folder, 'host-key.pub'),
    snapshots: join(folder, 'snapshots'),
  };
}

/** Where an image of this platform and digest belongs. */
export function imageFolder(platform: PlatformId, imageDigest: string): string {
  return join(imagesFolder(), platform.replace('/', '-'), imageDigest);
}

/** Every image in the cache, of whatever digest. */
export async function readAllImages(): Promise<readonly Image[]> {
  const platforms = await readdir(imagesFolder()).catch(() => []);
  const folders = await Promise.all(
    platforms.map(async platform => {
      const names = await readdir(join(imagesFolder(), platform)).catch(() => []);
      return names
        .filter(name => /^[0-9a-f]{64}$/.test(name))
        .map(name => join(imagesFolder(), platform, name));
    }),
  );
  const images = await Promise.all(folders.flat().map(readImage));
  return images.filter(image => image !== undefined);
}

/** A manifest that is absent or unreadable counts as not there: what it describes is made again. */
export async function readManifest<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const json = z.string().transform((value, context) => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  });
  const result = json.pipe(schema).safeParse(text);
  return result.success ? result.data : undefined;
}
