import { join } from 'node:path';
import { runProgram } from '../host/run-program.ts';
import { hashPath } from './hash-path.ts';

/** sha256 of each of a folder's parts by name, and what the folder takes on disk. */
export async function hashParts(
  folder: string,
  names: readonly string[],
): Promise<{ readonly sha256: Readonly<Record<string, string>>; readonly bytes: number }> {
  const sha256: Record<string, string> = {};
  for (const name of names) sha256[name] = await hashPath(join(folder, name));
  return { sha256, bytes: await diskUsage(folder) };
}

/** Bytes a folder takes on disk, holes not counted. */
export async function diskUsage(folder: string): Promise<number> {
  const result = await runProgram(['du', '-s', '--block-size=1', '--', folder]);
  return Number.parseInt(result.stdout, 10) || 0;
}
