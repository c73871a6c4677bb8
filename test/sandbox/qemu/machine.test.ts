import { describe, expect, test } from 'vitest';
import { consoleRingBytes } from '../../../src/sandbox/qemu/console.ts';
import { type MachineFiles, qemuArguments } from '../../../src/sandbox/qemu/machine.ts';

const hardware = { accelerator: 'tcg', machineType: 'pc-q35-7.2', memoryMiB: 1536, cpus: 2 } as const;
const files: MachineFiles = {
  kernel: '/image/vmlinuz',
  initrd: '/image/initrd.img',
  disks: ['/session/disk.qcow2', '/image/snapshot.qcow2', '/image/disk.qcow2'],
  agentDisk: '/image/agent.squashfs',
  folder: '/session',
};

function blockNodes(args: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  return args.filter((_, index) => args[index - 1] === '-blockdev').map(text => JSON.parse(text));
}

describe('the arguments of QEMU', () => {
  const args = qemuArguments(hardware, files, 'boot');

  test('there is no network, no display and no default device', () => {
    expect(args.join(' ')).toContain('-nodefaults -no-user-config -display none -vga none -nic none');
    expect(args.join(' ')).not.toMatch(/netdev|hostfwd|virtfs|usb/);
  });

  test('its seccomp filter denies new programs and privileges', () => {
    expect(args).toContain('on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny');
  });

  test("only the session's own disk can be written, and every format is named", () => {
    const nodes = blockNodes(args);
    expect(nodes.filter(node => node['read-only'] === false).map(node => node['node-name'])).toEqual([
      'file0',
      'disk0',
    ]);
    expect(new Set(nodes.map(node => node['driver']))).toEqual(new Set(['file', 'qcow2', 'raw']));
  });

  test('its kernel looks for no modules: a guest has none, and to look takes long', () => {
    expect(args[args.indexOf('-append') + 1]?.split(' ')).toContain('sysctl.kernel.modprobe=/');
  });

  test('a disk is made before the one that lies on it', () => {
    const names = blockNodes(args).map(node => node['node-name']);
    expect(names).toEqual(['file2', 'disk2', 'file1', 'disk1', 'file0', 'disk0', 'agent-file', 'agent']);
  });

  test('the lowest disk has nothing below it, whatever its own header says', () => {
    const lowest = blockNodes(args).find(node => node['node-name'] === 'disk2');
    expect(lowest).toMatchObject({ backing: null });
  });

  test('the console is a ring in memory, whatever the guest writes to it', () => {
    expect(args[args.indexOf('chardev:console') - 2]).toBe(`ringbuf,id=console,size=${consoleRingBytes}`);
    expect(consoleRingBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(args.filter(arg => arg.startsWith('file,') || arg.includes('logfile='))).toEqual([]);
  });

  test('a comma in the path of a socket does not end it', () => {
    const odd = qemuArguments(hardware, { ...files, folder: '/a,b' }, 'boot');
    expect(odd).toContain('unix:/a,,b/monitor.sock,server=on,wait=off');
  });

  test('a restored machine differs from a booted one only in where it begins', () => {
    const restored = qemuArguments(hardware, files, 'incoming');
    expect(restored).toEqual([...args, '-incoming', 'fd:3']);
  });

  test("hardware virtualization shows the host's processor", () => {
    const fast = qemuArguments({ ...hardware, accelerator: 'kvm' }, files, 'boot');
    expect(fast.join(' ')).toContain('-accel kvm -cpu host');
  });
});
