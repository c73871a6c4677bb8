import { chmod, chown, copyFile, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { assertDefined } from '../../../base/assert.ts';
import { messageOf } from '../../../base/message-of.ts';
import { UserError } from '../../../base/user-error.ts';
import type { Progress } from '../../../model/ports.ts';
import { step } from '../../../model/step.ts';
import { runProgram } from '../../host/run-program.ts';
import { buildFolder } from '../../image/build-folder.ts';
import { hashParts } from '../../image/hash-parts.ts';
import { type Image, readManifest } from '../../image/image.ts';
import type { Acceleration } from '../accelerator.ts';
import { connectGuest } from '../connect-guest.ts';
import { readConsole } from '../console.ts';
import { jailFor } from '../host.ts';
import type { Jail } from '../jail.ts';
import { type Accelerator, controlSocket, type Hardware, type MachineFiles } from '../machine.ts';
import { createSessionFolder, type SessionFolder } from '../session-folder.ts';
import { startMachine } from '../virtual-machine.ts';
import { saveAndEnd } from './save-and-end.ts';
import { guestSize, snapshotName } from './snapshot-name.ts';
import { imageHelp, warmUp } from './warm-ups.ts';

const manifestSchema = z.strictObject({
  schema: z.literal(1),
  builtAt: z.iso.datetime(),
  coldBootMs: z.number(),
  sha256: z.record(z.string(), z.string()),
  bytes: z.number(),
});

/** A booted, warm, paused machine: its memory and devices in one file, its disk in another. */
export interface Snapshot {
  readonly folder: string;
  readonly hardware: Hardware;
  readonly state: string;
  readonly disk: string;
  /** A disk with nothing on it: a copy of it is laid over `disk` for each session. */
  readonly emptyDisk: string;
  /** How long the machine took from nothing to its first SSH session. */
  readonly coldBootMs: number;
}

/** Most an overlay may grow to: the whole disk and its tables. */
const overlayBytes = 5 * 1024 ** 3;
/** An emulated machine on a busy host boots in 15-60 s, a virtualized one in two. */
const bootTimeoutsMs = { tcg: 300_000, kvm: 60_000, hvf: 60_000 } as const satisfies Record<
  Accelerator,
  number
>;
/** Until the guest's server has noticed that we hung up and waits for the next caller. */
const settleMs = 3_000;

/** The jail of every machine of an image. */
export async function machineJail(hardware: Hardware, image: Image): Promise<Omit<Jail, 'writable'>> {
  const jail = await jailFor(hardware.accelerator, {
    memoryMiB: hardware.memoryMiB,
    fileBytes: overlayBytes,
  });
  return { ...jail, readable: [image.kernel, image.initrd, image.disk, image.agentDisk] };
}

/** The snapshot of an image for this host's QEMU and accelerator; made when it is not there, which boots the machine once. */
export async function ensureSnapshot(
  image: Image,
  acceleration: Acceleration,
  options: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<Snapshot> {
  const { accelerator, machineType } = acceleration;
  const hardware = { accelerator, machineType, ...guestSize };
  const name = snapshotName(acceleration);
  const folder = join(image.snapshots, name);
  const present = await readSnapshot(folder, hardware);
  if (present) return present;
  const make = async () => {
    await buildFolder(folder, options.signal, temporary =>
      makeSnapshot(image, hardware, temporary, options.signal),
    );
    return assertDefined(await readSnapshot(folder, hardware), 'the snapshot that was just made');
  };
  return step(
    options,
    `first boot of ${image.platform} (${accelerator}, up to a minute)`,
    make,
    ({ coldBootMs }) => `booted in ${(coldBootMs / 1000).toFixed(1)} s`,
  );
}

async function readSnapshot(folder: string, hardware: Hardware): Promise<Snapshot | undefined> {
  const manifest = await readManifest(join(folder, 'snapshot.json'), manifestSchema);
  if (!manifest) return undefined;
  return {
    folder,
    hardware,
    state: join(folder, 'state'),
    disk: join(folder, 'disk.qcow2'),
    emptyDisk: join(folder, 'empty.qcow2'),
    coldBootMs: manifest.coldBootMs,
  };
}

async function makeSnapshot(
  image: Image,
  hardware: Hardware,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const jail = await machineJail(hardware, image);
  await using folder = await createSessionFolder(jail.identity?.uid);
  await makeEmptyDisk(image, join(target, 'empty.qcow2'));
  const disk = await layDisk(join(target, 'empty.qcow2'), folder, jail);
  const files = machineFiles(image, folder, [disk, image.disk]);
  const began = performance.now();
  await using machine = await startMachine({
    hardware,
    files,
    jail: { ...jail, writable: folder.machine },
    folder,
    signal,
  });
  const keys = await readKeys(image);
  const channel = await connectGuest(controlSocket(folder.machine), keys, {
    readyTimeoutMs: bootTimeoutsMs[hardware.accelerator],
    signal,
  }).catch(async (cause: unknown) => {
    signal.throwIfAborted();
    throw bootFailure(cause, await readConsole(machine.monitor));
  });
  const coldBootMs = Math.round(performance.now() - began);
  await warmUp(channel, signal);
  await channel.close();
  await sleep(settleMs, undefined, { signal });
  await saveAndEnd(
    machine,
    { path: join(folder.machine, 'state.sock'), target: join(target, 'state') },
    signal,
  );
  await rename(disk, join(target, 'disk.qcow2'));
  await writeSnapshotManifest(target, coldBootMs);
}

/** Why a machine did not come up: what its console said last tells more than a silence of minutes. */
function bootFailure(cause: unknown, lines: readonly string[]): UserError {
  const message = messageOf(cause);
  const said = lines.length === 0 ? ['its console said nothing'] : ['its console said last:', ...lines];
  return new UserError(`the guest did not come up: ${message}`, {
    kind: 'host',
    help: `${imageHelp}\n${said.join('\n')}`,
    cause,
  });
}

async function writeSnapshotManifest(target: string, coldBootMs: number): Promise<void> {
  for (const name of await readdir(target)) {
    await chown(join(target, name), process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    await chmod(join(target, name), 0o444);
  }
  const { sha256, bytes } = await hashParts(target, ['state', 'disk.qcow2', 'empty.qcow2']);
  const manifest = { schema: 1, builtAt: new Date().toISOString(), coldBootMs, sha256, bytes };
  await writeFile(join(target, 'snapshot.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A fresh disk in the machine's folder, owned by the machine's user. */
export async function layDisk(
  emptyDisk: string,
  folder: SessionFolder,
  jail: Omit<Jail, 'writable'>,
): Promise<string> {
  const disk = join(folder.machine, 'disk.qcow2');
  await copyFile(emptyDisk, disk);
  await chmod(disk, 0o600);
  if (jail.identity) await chown(disk, jail.identity.uid, jail.identity.uid);
  return disk;
}

/** The files of a machine of this image with these disks. */
export function machineFiles(
  image: Image,
  folder: SessionFolder,
  disks: MachineFiles['disks'],
): MachineFiles {
  const { kernel, initrd, agentDisk } = image;
  return { kernel, initrd, agentDisk, disks, folder: folder.machine };
}

/** The host's private key and the guest's public one. */
export async function readKeys(image: Image): Promise<{ readonly client: string; readonly host: string }> {
  const [client, host] = await Promise.all([
    readFile(image.clientKey, 'utf8'),
    readFile(image.hostKey, 'utf8'),
  ]);
  return { client, host };
}

async function makeEmptyDisk(image: Image, target: string): Promise<void> {
  const info = await runProgram(['qemu-img', 'info', '--output=json', '-f', 'qcow2', image.disk]);
  const size = z.looseObject({ 'virtual-size': z.number() }).parse(JSON.parse(info.stdout))['virtual-size'];
  const made = await runProgram(['qemu-img', 'create', '-q', '-f', 'qcow2', target, `${size}`]);
  if (made.code !== 0) throw new UserError(`qemu-img: ${made.stderr.trim()}`, { kind: 'host' });
}
