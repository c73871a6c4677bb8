import { UserError } from '../base/user-error.ts';
import type { PlatformId } from '../model/run.ts';
import { listPlatforms } from '../sandbox/image/recipe.ts';

/** Refuses a platform that has no recipe, naming those that have. */
export async function requirePlatform(platform: PlatformId): Promise<void> {
  const known = await listPlatforms();
  if (known.includes(platform)) return;
  throw new UserError(`there is no platform ${platform}`, {
    kind: 'usage',
    help: `platforms: ${known.join(', ')}`,
  });
}
