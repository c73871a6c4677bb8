import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOneAtATime } from '../base/one-at-a-time.ts';
import { UserError } from '../base/user-error.ts';
import type { RunWriter } from '../model/ports.ts';
import type { Run } from '../model/run.ts';
import { type BundlePlace, bundleFolder, partialFolder, tableFile } from './layout.ts';
import { checkManifest, describeFile, writeManifest } from './manifest.ts';
import { readRun } from './runs.ts';
import { Staging } from './staging.ts';
import { whileWriting } from './storage-failure.ts';
import { tableNames } from './tables.ts';

/** A table that was made again, and how it compares with what was there. */
export interface RebuiltTable {
  readonly file: string;
  readonly outcome: 'the same' | 'made again';
}

/**
 * Makes the tables of a sealed run again: `fill` appends what its raw evidence says, findings and verdict stay as they
 * were sealed. Raw evidence is never written, and has to be whole. Killed at any moment it leaves a run whose manifest
 * names the tables that are not the sealed ones; to rebuild it once more mends that.
 */
export async function rebuildTables(
  place: BundlePlace,
  fill: (writer: RunWriter, sealed: Run) => Promise<void>,
): Promise<readonly RebuiltTable[]> {
  const { folder, run } = place;
  const sealed = await readRun(folder, run);
  const bundle = bundleFolder(folder, run);
  await refuseDamagedEvidence(bundle, run);
  const partial = partialFolder(place);
  return whileWriting(folder, async () => {
    await mkdir(partial);
    try {
      const staging = await Staging.create(run, partial);
      try {
        await fill(tableWriter(staging, { run, bundle }), sealed);
        await staging.writeTables(sealed, partial);
      } finally {
        await staging.close();
      }
      const rebuilt: RebuiltTable[] = [];
      for (const table of tableNames) rebuilt.push(await replace(tableFile(table), partial, bundle));
      if (rebuilt.some(({ outcome }) => outcome === 'made again')) await writeManifest(bundle);
      return rebuilt;
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
}

async function refuseDamagedEvidence(bundle: string, run: string): Promise<void> {
  const tables = new Set<string>(tableNames.map(tableFile));
  const problem = (await checkManifest(bundle)).find(({ file }) => !tables.has(file));
  if (problem === undefined) return;
  throw new UserError(`run ${run} cannot be rebuilt: ${problem.file}: ${problem.reason}`, {
    help: 'only tables can be made again: what they are made of has to be as it was sealed',
  });
}

async function replace(file: string, from: string, to: string): Promise<RebuiltTable> {
  const [made, was] = [await describeFile(from, file), await describeFile(to, file).catch(() => undefined)];
  if (made.sha256 === was?.sha256) return { file, outcome: 'the same' };
  await rename(join(from, file), join(to, file));
  return { file, outcome: 'made again' };
}

/** A writer of tables only: the raw evidence that it is given is the one that is there. */
function tableWriter(
  staging: Staging,
  { run, bundle }: { readonly run: string; readonly bundle: string },
): RunWriter {
  const inTurn = createOneAtATime();
  return {
    run,
    writeRaw: async () => undefined,
    appendEvents: (task, phase, events) => inTurn(() => staging.events.append(task, phase, events)),
    appendDiagnostics: (task, phase, diagnostics) =>
      inTurn(() => {
        for (const diagnostic of diagnostics) staging.diagnostics.append({ ...diagnostic, run, task, phase });
      }),
    query: (question, parameters) => inTurn(() => staging.query(question, parameters)),
    seal: async () => ({ folder: bundle }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
