import { readFileSync } from 'node:fs';
import { shippedPath } from '../sandbox/host/shipped-path.ts';

/** Our own version, from package.json. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(shippedPath('package.json'), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
