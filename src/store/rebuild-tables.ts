import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOneAtATime } from '../base/one-at-a-time.ts';
import { UserError } from '../base/user-error.ts';
import type { RunWriter } from '../model/ports.ts';
import type { Run } from '../model/run.ts';
import { type BundlePlace, bundleFolder, partialFolder, tableFile } from './bundle/layout.ts';
import { checkManifest, describeFile, leftManifest, writeManifest } from './bundle/manifest.ts';
import { readRun } from './bundle/runs.ts';
import { whileWriting } from './bundle/storage-failure.ts';
import { Staging } from './staging.ts';
import { tableNames } from './tables/tables.ts';

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
  const wasWhole = await isWhole(bundle, run);
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
      await rm(join(bundle, leftManifest), { force: true });
      const rebuilt: RebuiltTable[] = [];
      for (const table of tableNames) rebuilt.push(await replace(tableFile(table), partial, bundle));
      const isAsSealed = wasWhole && rebuilt.every(({ outcome }) => outcome === 'the same');
      if (!isAsSealed) await writeManifest(bundle, partial);
      return rebuilt;
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
}

/** Whether a bundle is as it was sealed; one of which more than its tables is not is refused. */
async function isWhole(bundle: string, run: string): Promise<boolean> {
  const mended = new Set<string>([...tableNames.map(tableFile), leftManifest]);
  const problems = await checkManifest(bundle);
  const problem = problems.find(({ file }) => !mended.has(file));
  if (problem === undefined) return problems.length === 0;
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
    get caps() {
      return staging.events.caps;
    },
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
