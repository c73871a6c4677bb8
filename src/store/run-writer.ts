import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createOneAtATime } from '../base/one-at-a-time.ts';
import { UserError } from '../base/user-error.ts';
import type { CapName } from '../model/caps.ts';
import type { Event } from '../model/event.ts';
import type { EvidenceStream } from '../model/evidence.ts';
import type { Row, RunWriter } from '../model/ports.ts';
import type { Run } from '../model/run.ts';
import type { Phase } from '../model/task.ts';
import type { Diagnostic } from '../model/trace.ts';
import {
  type BundlePlace,
  bundleFolder,
  evidenceFolder,
  journalFile,
  partialFolder,
  rawFile,
  runFile,
  scratchFolder,
} from './bundle/layout.ts';
import { writeManifest } from './bundle/manifest.ts';
import { RawStream } from './bundle/raw-stream.ts';
import { whileWriting } from './bundle/storage-failure.ts';
import type { Parameters } from './question.ts';
import { Staging } from './staging.ts';
import type { Limits } from './time-limit.ts';

/** A writer that also keeps what a session said beside its streams (`journalFile`). */
export interface JournaledWriter extends RunWriter {
  keepJournal(line: string): Promise<void>;
}

/**
 * Starts a bundle in `folder`, the runs folder, which is made when it is not there. Until it is sealed the bundle
 * is a hidden folder that names this process, so that a later start can tell that its maker is gone. `limits` are of
 * each question that it is asked.
 */
export async function createRunWriter(place: BundlePlace, limits?: Limits): Promise<JournaledWriter> {
  const { folder, run } = place;
  const sealed = bundleFolder(folder, run);
  await refuseExisting(sealed, run);
  const partial = partialFolder(place);
  return whileWriting(folder, async () => {
    await mkdir(folder, { recursive: true });
    await mkdir(partial);
    try {
      await mkdir(join(partial, evidenceFolder));
      return new BundleWriter({ folder, run, partial, sealed }, await Staging.create(run, partial, limits));
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
  });
}

async function refuseExisting(folder: string, run: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return;
  throw new UserError(`run ${run} is already there`, { help: `remove it with: buildhaus runs rm ${run}` });
}

interface Place {
  readonly folder: string;
  readonly run: string;
  readonly partial: string;
  readonly sealed: string;
}

class BundleWriter implements JournaledWriter {
  readonly run: string;
  readonly #place: Place;
  readonly #staging: Staging;
  readonly #raw = new Map<string, RawStream>();
  /** DuckDB's connections are not for two callers at once (duckdb-node-neo #142), and appends keep their order. */
  readonly #inTurn = createOneAtATime();
  #state: 'open' | 'sealed' | 'disposed' = 'open';

  constructor(place: Place, staging: Staging) {
    this.run = place.run;
    this.#place = place;
    this.#staging = staging;
  }

  get caps(): readonly CapName[] {
    return this.#staging.events.caps;
  }

  writeRaw(task: string, stream: EvidenceStream, bytes: Uint8Array): Promise<void> {
    return this.#keep(rawFile(task, stream), bytes);
  }

  keepJournal(line: string): Promise<void> {
    return this.#keep(journalFile, Buffer.from(`${line}\n`));
  }

  #keep(file: string, bytes: Uint8Array): Promise<void> {
    this.#refuseUnlessOpen();
    let raw = this.#raw.get(file);
    if (raw === undefined) {
      raw = new RawStream(join(this.#place.partial, file));
      this.#raw.set(file, raw);
    }
    const kept = raw;
    return whileWriting(this.#place.folder, () => kept.write(bytes));
  }

  appendEvents(task: string, phase: Phase, events: readonly Event[]): Promise<void> {
    return this.#whileOpen(() => this.#staging.events.append(task, phase, events));
  }

  appendDiagnostics(task: string, phase: Phase, diagnostics: readonly Diagnostic[]): Promise<void> {
    return this.#whileOpen(() => {
      for (const diagnostic of diagnostics) {
        this.#staging.diagnostics.append({ ...diagnostic, run: this.run, task, phase });
      }
    });
  }

  readonly query = (sql: string, parameters?: Parameters): Promise<readonly Row[]> =>
    this.#whileOpen(() => this.#staging.query(sql, parameters));

  seal(run: Run): Promise<{ readonly folder: string }> {
    return this.#whileOpen(async () => {
      const { partial, sealed } = this.#place;
      if (run.run !== this.run) throw new Error(`run ${run.run} sealed by the writer of ${this.run}`);
      for (const raw of this.#raw.values()) await raw.end();
      await this.#staging.writeTables(run, partial);
      await this.#staging.close();
      await rm(join(partial, scratchFolder), { recursive: true, force: true });
      await writeFile(join(partial, runFile), `${JSON.stringify(run, null, 2)}\n`, { flag: 'wx' });
      await writeManifest(partial, partial);
      await rename(partial, sealed);
      this.#state = 'sealed';
      return { folder: sealed };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state !== 'open') return;
      this.#state = 'disposed';
      for (const raw of this.#raw.values()) await raw.abandon();
      await this.#staging.close();
      await rm(this.#place.partial, { recursive: true, force: true }).catch(() => undefined);
    });
  }

  #whileOpen<T>(job: () => T | Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      this.#refuseUnlessOpen();
      return whileWriting(this.#place.folder, job);
    });
  }

  #refuseUnlessOpen(): void {
    if (this.#state !== 'open') throw new Error(`the bundle of run ${this.run} is ${this.#state}`);
  }
}
