import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import { endProcess } from '../host/end-process.ts';
import { isStillRunning, readStartTime } from '../host/process-start-time.ts';
import { cacheFolder } from '../image/cache.ts';

/** A machine's folder on the host. */
export interface SessionFolder extends AsyncDisposable {
  readonly path: string;
  /** The part that the machine may write, owned by its own user. */
  readonly machine: string;
  /** Notes the process that runs the machine, so that a later start can end it. */
  noteProcess(pid: number): Promise<void>;
}

/** A process, such that another one that was given the same number later is told apart. */
const processSchema = z.strictObject({ pid: z.int().positive(), bootId: z.string(), startTime: z.string() });
type ProcessMark = Readonly<z.infer<typeof processSchema>>;

/** Longest path of a unix socket on Linux, with its closing zero byte. */
const socketPathLimit = 108;
/** Free space without which no machine is started. */
const minimumFreeBytes = 1024 * 1024 * 1024;
/** A folder without a mark this old was left by a process that died while making it. */
const unmarkedAgeMs = 60_000;

const ownerFile = 'owner.json';
const machineFile = 'machine.json';

/** Where the folders of running machines are. */
export function sessionsFolder(): string {
  return join(cacheFolder(), 'sessions');
}

/** Makes a folder for one machine, removed when disposed of; `uid` owns the machine's part of it. */
export async function createSessionFolder(uid: number | undefined): Promise<SessionFolder> {
  const path = join(sessionsFolder(), randomBytes(6).toString('hex'));
  const machine = join(path, 'machine');
  if (Buffer.byteLength(join(machine, 'monitor.sock')) >= socketPathLimit) {
    throw new UserError(`the path of the cache folder is too long for a socket: ${cacheFolder()}`, {
      kind: 'host',
      help: 'set XDG_CACHE_HOME to a shorter path',
    });
  }
  await mkdir(machine, { recursive: true, mode: 0o700 });
  await writeMark(join(path, ownerFile), process.pid);
  await requireSpace(path);
  if (uid !== undefined) await chown(machine, uid, uid);
  return {
    path,
    machine,
    noteProcess: pid => writeMark(join(path, machineFile), pid),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/**
 * Ends machines whose owner is gone and removes what they left; gives how many there were. One that cannot be ended or
 * removed, another user's above all, stays: it is no reason not to start.
 */
export async function removeOrphans(): Promise<number> {
  const names = await readdir(sessionsFolder()).catch(() => []);
  const removed = await Promise.all(
    names.map(name => removeIfOrphan(join(sessionsFolder(), name)).catch(() => false)),
  );
  return removed.filter(Boolean).length;
}

async function removeIfOrphan(folder: string): Promise<boolean> {
  const owner = await readMark(join(folder, ownerFile));
  if (owner ? await isRunning(owner) : await isYoung(folder)) return false;
  const machine = await readMark(join(folder, machineFile));
  // Another user's: it stays.
  if (machine && (await isRunning(machine)) && !endProcess(machine.pid)) return false;
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return true;
}

async function requireSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= minimumFreeBytes) return;
  await rm(folder, { recursive: true, force: true });
  throw new UserError(`less than 1 GiB is free on the disk of ${cacheFolder()}`, {
    kind: 'host',
    help: 'free some space (buildhaus gc), or set XDG_CACHE_HOME to a folder on a larger disk',
  });
}

async function isYoung(folder: string): Promise<boolean> {
  const status = await stat(folder).catch(() => undefined);
  return status !== undefined && Date.now() - status.mtimeMs < unmarkedAgeMs;
}

async function writeMark(file: string, pid: number): Promise<void> {
  const startTime = await readStartTime(pid);
  if (startTime === undefined) return;
  const mark = { pid, bootId: await readBootId(), startTime } satisfies ProcessMark;
  await writeFile(file, JSON.stringify(mark));
}

async function readMark(file: string): Promise<ProcessMark | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return processSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function isRunning(mark: ProcessMark): Promise<boolean> {
  return mark.bootId === (await readBootId()) && (await isStillRunning(mark.pid, mark.startTime));
}

async function readBootId(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown');
  return id.trim();
}
