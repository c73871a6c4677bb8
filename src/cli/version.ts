import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../app/folders.ts';

/** Our own version, from package.json. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(projectFolder(), 'package.json'), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
