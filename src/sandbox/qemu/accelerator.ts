import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../base/user-error.ts';
import { keepHead } from '../host/keep-text.ts';
import { runProgram } from '../host/run-program.ts';
import { cacheFolder } from '../image/cache.ts';
import { jailFor } from './host.ts';
import { type Accelerator, accelerators, cpuModel } from './machine.ts';
import { createSessionFolder } from './session-folder.ts';
import { killJailed, qemuProgram, spawnJailed } from './virtual-machine.ts';

const answerSchema = z.strictObject({
  /** What the answer depends on; another value asks again. */
  key: z.string(),
  accelerator: z.enum(accelerators),
  /** Why the faster ones were not taken. */
  reason: z.string(),
  machineType: z.string(),
  version: z.string(),
});

/** What QEMU can do on this host. */
export type Acceleration = Readonly<Omit<z.infer<typeof answerSchema>, 'key'>>;

/**
 * The smallest guest there is: a ROM whose first instruction tells a debug device to end QEMU with a code of ours.
 * `mov al, 0x2a; out 0xf4, al; hlt; jmp $-1`, at the address where a PC starts.
 */
const romBytes = 64 * 1024;
const romProgram = [0xb0, 0x2a, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd];
const expectedExit = (0x2a << 1) | 1;
/** A guest that works says so at once; `/dev/kvm` can exist and hang. */
const probeTimeoutMs = 5_000;

/** The fastest accelerator that really runs a guest here, in QEMU's jail. Remembered until kernel, QEMU or device change. */
export async function probeAccelerator(signal: AbortSignal): Promise<Acceleration> {
  const version = await askVersion(signal);
  const key = `${release()} ${version} ${process.getuid?.()} ${await describeDevice('/dev/kvm')}`;
  const remembered = await readAnswer();
  if (remembered?.key === key) return remembered;
  return remember({ key, version, machineType: await askMachineType(signal), ...(await choose(signal)) });
}

/**
 * Takes back that hardware virtualization works here, because a real guest did not: from now on machines are emulated.
 * One instruction is less than a kernel (seen on a host inside of another virtual machine).
 */
export async function refuseHardware(reason: string, signal: AbortSignal): Promise<Acceleration> {
  const answer = await readAnswer();
  if (answer === undefined) return probeAccelerator(signal);
  return remember(withoutHardware(answer, reason));
}

/** The same host by emulation, and why. */
export function withoutHardware<T extends Acceleration>(acceleration: T, reason: string): T {
  return { ...acceleration, accelerator: 'tcg', reason: `${acceleration.accelerator}: ${reason}` };
}

/** Whether a guest of one instruction runs under this accelerator in QEMU's jail; if not, why. */
export async function tryAccelerator(
  accelerator: Accelerator,
  signal: AbortSignal,
): Promise<{ readonly works: boolean; readonly detail: string }> {
  const jail = await jailFor(accelerator, { memoryMiB: 64, fileBytes: 1024 * 1024 });
  await using folder = await createSessionFolder(jail.identity?.uid);
  const rom = Buffer.alloc(romBytes, 0xf4);
  rom.set(romProgram, romBytes - 16);
  const romFile = join(folder.machine, 'rom');
  await writeFile(romFile, rom, { mode: 0o644 });
  const command = [
    ...[qemuProgram, '-nodefaults', '-no-user-config', '-display', 'none', '-nic', 'none', '-no-reboot'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    // With the processor that guests will get: it is what a half-working KVM refuses.
    ...['-machine', 'pc', '-accel', accelerator, '-cpu', cpuModel(accelerator), '-m', '16', '-bios', romFile],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
  ];
  const child = spawnJailed(command, { ...jail, writable: folder.machine });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]);
  const kill = () => {
    killJailed(child);
    // Whoever may still hold its pipe does not hold us.
    child.stderr?.destroy();
  };
  limit.addEventListener('abort', kill, { once: true });
  const complaint = child.stderr ? keepHead(child.stderr, 4096).text : () => '';
  const code = await new Promise<number | null>(resolve => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  limit.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (code === expectedExit) return { works: true, detail: 'runs a guest' };
  const said = complaint().trim().split('\n')[0] ?? '';
  if (limit.aborted) return { works: false, detail: `a guest did not run within ${probeTimeoutMs / 1000} s` };
  return { works: false, detail: said === '' ? `a guest ended QEMU with code ${code}` : said };
}

async function choose(signal: AbortSignal): Promise<Pick<Acceleration, 'accelerator' | 'reason'>> {
  const hardware: Accelerator = process.platform === 'darwin' ? 'hvf' : 'kvm';
  const attempt = await tryAccelerator(hardware, signal);
  if (attempt.works) return { accelerator: hardware, reason: '' };
  return { accelerator: 'tcg', reason: `${hardware}: ${attempt.detail}` };
}

/** QEMU's own version; throws a `UserError` when it is not installed. */
export async function askVersion(signal: AbortSignal): Promise<string> {
  const { stdout } = await runProgram([qemuProgram, '--version'], { signal });
  const version = /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (version === undefined) {
    throw new UserError('QEMU is not installed', { kind: 'host', help: 'run: buildhaus doctor' });
  }
  return version;
}

/** `q35   Standard PC (Q35 + ICH9, 2009) (alias of pc-q35-7.2)`: an alias means another machine after an upgrade. */
async function askMachineType(signal: AbortSignal): Promise<string> {
  const { stdout } = await runProgram([qemuProgram, '-machine', 'help'], { signal });
  return /^q35\s.*\(alias of (pc-q35-[\d.]+)\)/m.exec(stdout)?.[1] ?? 'q35';
}

async function describeDevice(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined);
  return status ? `${status.mode}:${status.uid}:${status.gid}` : 'absent';
}

type Answer = z.infer<typeof answerSchema>;

function answerFile(): string {
  return join(cacheFolder(), 'accelerator.json');
}

async function readAnswer(): Promise<Answer | undefined> {
  const text = await readFile(answerFile(), 'utf8').catch(() => '');
  try {
    return answerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function remember(answer: Answer): Promise<Answer> {
  const unfinished = `${answerFile()}.${process.pid}`;
  await mkdir(cacheFolder(), { recursive: true });
  await writeFile(unfinished, JSON.stringify(answer));
  await rename(unfinished, answerFile());
  return answer;
}
