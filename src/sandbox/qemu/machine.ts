import { join } from 'node:path';
import type { Machine } from '../../model/run.ts';
import { consoleRingBytes } from './console.ts';

/** What runs the guest's instructions. */
export const accelerators = ['kvm', 'hvf', 'tcg'] as const satisfies readonly Machine['accelerator'][];
export type Accelerator = (typeof accelerators)[number];

/** The same for every machine of an image: a snapshot fits only the hardware it was taken on. */
export interface Hardware {
  readonly accelerator: Accelerator;
  /** Versioned, e.g. `pc-q35-7.2`. */
  readonly machineType: string;
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** The files of one machine. Every disk's format is named: QEMU never looks into one to find out. */
export interface MachineFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** qcow2 files, the writable one first, each lying on the next. */
  readonly disks: readonly [string, ...string[]];
  readonly agentDisk: string;
  /** Where the sockets are made. */
  readonly folder: string;
}

/** The socket of QEMU's own protocol, and that of the guest's control port. */
export function monitorSocket(folder: string): string {
  return join(folder, 'monitor.sock');
}
export function controlSocket(folder: string): string {
  return join(folder, 'control.sock');
}

/**
 * The processor the guest sees. Under emulation one without AVX: programs that find it use it, and emulating it
 * costs more than it brings (QEMU 7.2: `max` is a fifth slower on pip and gcc). It still is x86-64-v2, which
 * current wheels ask for.
 */
export function cpuModel(accelerator: Accelerator): string {
  return accelerator === 'tcg' ? 'Nehalem' : 'host';
}

/** The descriptor that a saved state is read from. */
export const incomingFd = 3;

const everyGuest = [
  'root=/dev/vda',
  'rw',
  'console=ttyS0',
  'quiet',
  // A guest that panics or reboots ends its machine.
  'panic=-1',
  // 32-bit system calls are a way around a tracer; kernels before 6.7 ignore this.
  'ia32_emulation=0',
  // The payload may attack the guest; what matters is outside of it. So nothing here defends the guest from itself.
  'mitigations=off',
  'apparmor=0',
  'audit=0',
  'init_on_alloc=0',
  'nowatchdog',
  // Whose a socket is, strace -yy asks the kernel, which starts modprobe for modules that no guest has: under emulation a
  // fifth of a second for each socket (84 of them: 32 s, without 18 s). A module that cannot be looked for costs nothing.
  'sysctl.kernel.modprobe=/',
];

/**
 * Waking a process on another emulated processor costs milliseconds, and a tracer and what it traces wake each other
 * at every call: on one processor a traced `import urllib.request` takes 4 s, on two 16 s. So the second one is
 * there to be seen, and the kernel's scheduler leaves it out.
 */
const emulatedGuest = ['isolcpus=0'];

/** QEMU's arguments: no network, no display, no sound, no USB, no shared folder; disks, a console and a control port. */
export function qemuArguments(
  hardware: Hardware,
  files: MachineFiles,
  start: 'boot' | 'incoming',
): readonly string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-nic', 'none', '-no-reboot'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-machine', hardware.machineType],
    ...['-accel', hardware.accelerator === 'tcg' ? 'tcg,thread=multi' : hardware.accelerator],
    ...['-cpu', cpuModel(hardware.accelerator)],
    ...['-m', `${hardware.memoryMiB}`, '-smp', `${hardware.cpus}`],
    ...['-kernel', files.kernel, '-initrd', files.initrd],
    ...['-append', kernelCommandLine(hardware.accelerator)],
    ...diskArguments(files),
    ...['-object', 'rng-random,id=rng0,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng0'],
    ...['-chardev', `ringbuf,id=console,size=${consoleRingBytes}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=control,path=${escaped(controlSocket(files.folder))},server=on,wait=off`],
    ...['-device', 'virtserialport,chardev=control,name=control'],
    ...['-qmp', `unix:${escaped(monitorSocket(files.folder))},server=on,wait=off`],
    ...(start === 'incoming' ? ['-incoming', `fd:${incomingFd}`] : []),
  ];
}

/** What the guest's kernel is told. */
export function kernelCommandLine(accelerator: Accelerator): string {
  return [...everyGuest, ...(accelerator === 'tcg' ? emulatedGuest : [])].join(' ');
}

function diskArguments(files: MachineFiles): readonly string[] {
  // The lowest layer first: a node must be there before another names it.
  const layers = files.disks.map((file, index) => diskLayer(file, index, files.disks.length)).reverse();
  return [
    ...layers.flat(),
    ...['-device', 'virtio-blk-pci,drive=disk0'],
    ...blockNode({ driver: 'file', 'node-name': 'agent-file', filename: files.agentDisk, 'read-only': true }),
    ...blockNode({ driver: 'raw', 'node-name': 'agent', file: 'agent-file', 'read-only': true }),
    ...['-device', 'virtio-blk-pci,drive=agent'],
  ];
}

function diskLayer(file: string, index: number, count: number): readonly string[] {
  const common = { 'read-only': index > 0, cache: { 'no-flush': true } };
  // Said in either case: what a disk's own header says lies below it is never followed.
  const backing = index + 1 < count ? `disk${index + 1}` : null;
  return [
    ...blockNode({ driver: 'file', 'node-name': `file${index}`, filename: file, ...common }),
    ...blockNode({
      driver: 'qcow2',
      'node-name': `disk${index}`,
      file: `file${index}`,
      backing,
      ...common,
    }),
  ];
}

function blockNode(node: Readonly<Record<string, unknown>>): readonly string[] {
  return ['-blockdev', JSON.stringify(node)];
}

/** A comma separates QEMU's options; one in a path is doubled. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,');
}
