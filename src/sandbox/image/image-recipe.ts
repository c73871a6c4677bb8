import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import type { PlatformId } from '../../model/run.ts';
import { shippedPath } from '../host/shipped-path.ts';
import { exists } from './cache.ts';

/** `debian-12/cpython-3.11` */
const platformPattern = /^[a-z0-9-]+\/[a-z]+-[0-9.]+$/;
const packageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]*$/);

/** One file in `images/`: what sets a platform apart. */
const platformSchema = z.strictObject({
  platform: z.string().regex(platformPattern),
  suite: z.string().regex(/^[a-z]+$/),
  python: z.string().regex(/^\d+\.\d+$/),
  /** Packages only this suite has, or has under this name. */
  packages: z.array(packageName),
  /** Packages of `common/debian.json` that this suite lacks. */
  without: z.array(packageName).default([]),
});

/** `images/common/debian.json`: what all platforms share. */
const commonSchema = z.strictObject({
  /** The ordinary user's name until a session gets a name of its own. */
  user: z.string().regex(/^[a-z]+$/),
  diskBytes: z.int().positive(),
  /** Where the tracer comes from: one for all platforms, so that all traces read alike. */
  tracerSuite: z.string().regex(/^[a-z]+$/),
  packages: z.array(packageName),
  modules: z.array(z.string().regex(/^[a-z0-9_]+$/)),
  leaveOut: z.array(z.string().startsWith('/')),
});

/** All that decides what an image holds, besides the guest's own programs. */
export type ImageRecipe = Readonly<
  Omit<z.infer<typeof platformSchema>, 'without'> & z.infer<typeof commonSchema>
>;

/** The platforms that have an image recipe, in alphabetical order. */
export async function listPlatforms(): Promise<readonly PlatformId[]> {
  const names = (await readdir(shippedPath('images'))).filter(name => name.endsWith('.json'));
  return names.map(toPlatform).sort();
}

/** The image recipe of a platform; an unknown one is the user's error and names those there are. */
export async function readImageRecipe(platform: PlatformId): Promise<ImageRecipe> {
  const folder = shippedPath('images');
  const file = join(folder, `${platform.replace('/', '-')}.json`);
  if (!platformPattern.test(platform) || !(await exists(file))) {
    throw new UserError(`unknown platform: ${platform}`, {
      kind: 'usage',
      help: `platforms: ${(await listPlatforms()).join(', ')}`,
    });
  }
  const { without, ...own } = parsePlatform(file, await readFile(file, 'utf8'));
  const common = commonSchema.parse(
    JSON.parse(await readFile(join(folder, 'common', 'debian.json'), 'utf8')),
  );
  const shared = common.packages.filter(name => !without.includes(name));
  return { ...common, ...own, packages: [...shared, ...own.packages] };
}

/** Reads a platform's file; throws a `UserError` that names it and what is wrong with it. */
export function parsePlatform(file: string, text: string): z.infer<typeof platformSchema> {
  const parsed = platformSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw refused(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a platform'}`);
  }
  const { platform, python } = parsed.data;
  // Reports name the platform: one that is not what was built would lie.
  const named = toPlatform(basename(file));
  if (platform !== named) throw refused(file, `"platform" is ${platform}, but the file is named ${named}`);
  if (!platform.endsWith(`-${python}`))
    throw refused(file, `"python" is ${python}, but "platform" ${platform}`);
  return parsed.data;
}

function refused(file: string, what: string): UserError {
  return new UserError(`${file}: ${what}`, {
    kind: 'usage',
    help: 'mend the file; the others in images/ show its form',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema says so, with the file's name.
    return undefined;
  }
}

/** `debian-12-cpython-3.11.json` holds `debian-12/cpython-3.11`. */
function toPlatform(file: string): PlatformId {
  return file.replace(/\.json$/, '').replace(/-(?=[a-z]+-[0-9.]+$)/, '/');
}
