import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingDebianPackages } from '../../../src/sandbox/host/debian-packages.ts';
import { exists } from '../../../src/sandbox/image/cache.ts';
import { hashPath } from '../../../src/sandbox/image/hash-path.ts';
import { consoleRingBytes } from '../../../src/sandbox/qemu/console.ts';
import { type RestoredMachine, restoreMachine } from '../../../src/sandbox/qemu/restore.ts';
import { type PreparedMachine, prepareMachine } from '../../../src/sandbox/qemu/sandbox.ts';
import { sessionsFolder } from '../../../src/sandbox/qemu/session-folder.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';
import { machineFiles, rewritten } from '../../hostile/machine-files.ts';

const missing = await missingDebianPackages();
const skipped = missing.length === 0 ? '' : ` (skipped: this host lacks ${missing.join(', ')})`;
const platform = 'debian-12/cpython-3.11';
const patience = () => AbortSignal.timeout(900_000);

/** A machine whose root is the enemy: what it does is not traced, limited or confined in any way. */
interface Owned extends AsyncDisposable {
  readonly machine: RestoredMachine;
  readonly pid: string;
  /** Its folder on the host. */
  readonly folder: string;
}

describe.skipIf(missing.length > 0)(`what a guest that is taken over finds${skipped}`, () => {
  let prepared: PreparedMachine;
  let owned: Owned;
  beforeAll(async () => {
    prepared = await prepareMachine(platform, { progress: quietProgress, signal: patience() });
    owned = await restore(prepared);
  });
  afterAll(async () => {
    await owned?.[Symbol.asyncDispose]();
  });

  test('around it: no user but its own, no capability, no new privilege, a filter of calls', async () => {
    const status = await readFile(`/proc/${owned.pid}/status`, 'utf8');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      expect(status).toMatch(new RegExp(`^${set}:\\t0+$`, 'm'));
    }
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Seccomp:\t2$/m);
    if (process.getuid?.() === 0) expect(status).toMatch(/^Uid:\t(\d{6,})\t\1\t\1\t\1$/m);
  });

  test('a network with nobody in it, and no port that listens', async () => {
    for (const table of ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'packet']) {
      const lines = (await readFile(`/proc/${owned.pid}/net/${table}`, 'utf8')).trim().split('\n');
      expect(lines.slice(1)).toEqual([]);
    }
    expect(await readlink(`/proc/${owned.pid}/ns/net`)).not.toBe(await readlink('/proc/self/ns/net'));
  });

  test('sockets that only its own user reaches, in a folder that is closed to others', async () => {
    const machine = path.join(owned.folder);
    expect((await stat(machine)).mode & 0o777).toBe(0o700);
    expect((await stat(path.dirname(machine))).mode & 0o077).toBe(0);
    const monitor = await stat(path.join(machine, 'monitor.sock'));
    expect(monitor.isSocket() && monitor.uid === (await stat(machine)).uid).toBe(true);
  });

  test('no file of the host that it may write but its own disk', async () => {
    const links = await readdir(`/proc/${owned.pid}/fd`);
    const open = await Promise.all(
      links.map(async fd => {
        const target = await readlink(`/proc/${owned.pid}/fd/${fd}`).catch(() => '');
        const flags = await readFile(`/proc/${owned.pid}/fdinfo/${fd}`, 'utf8').catch(() => '');
        return { target, canWrite: /^flags:\t\d*[12]$/m.test(flags) };
      }),
    );
    const writable = open.filter(({ target, canWrite }) => canWrite && target.startsWith('/'));
    const outside = writable.filter(({ target }) => !target.startsWith('/dev/')).map(({ target }) => target);
    expect(outside).toEqual([path.join(owned.folder, 'disk.qcow2')]);
  });

  test('a console that takes everything and keeps a little', async () => {
    const files = (await readdir(owned.folder)).sort();
    const before = await weightOf(owned);
    const { said } = await run(owned, `python3 -c '${chatter}'`);
    const after = await weightOf(owned);
    // More than is kept: the ring went round, and the writer was not held up by it.
    expect(Number(said)).toBeGreaterThan(2 * consoleRingBytes);
    // What it wrote is in no file, since there is none but its disk (above).
    expect((await readdir(owned.folder)).sort()).toEqual(files);
    expect(after.residentKiB - before.residentKiB).toBeLessThan(64 * 1024);
    expect(after.diskBytes - before.diskBytes).toBeLessThan(16 * 1024 * 1024);
  });

  test('no other machine’s leavings, nor can it leave any: not on the disk, not in memory', async () => {
    const places = [
      '/',
      '/boot',
      '/etc',
      '/root',
      '/tmp',
      '/dev/shm',
      '/var/tmp',
      '/run',
      '/srv',
      '/usr/bin',
    ];
    const files = places.map(place => path.join(place, 'left-by-another'));
    await run(
      owned,
      `for f in ${files.join(' ')}; do echo x > $f; done; sync; sysctl -q kernel.domainname=left`,
    );
    await using next = await restore(prepared);
    const look = `ls ${files.join(' ')} 2>/dev/null; sysctl -n kernel.domainname`;
    expect((await run(owned, look)).said).toContain('/etc/left-by-another');
    expect((await run(next, look)).said.trim()).toBe('(none)');
  });

  test('devices that it may torment: QEMU lives or dies, the host does not notice', async () => {
    await using victim = await restore(prepared);
    const before = await machineFiles();
    const heard: Buffer[] = [];
    // It may end its own machine, or what carries its words: what it said until then is enough.
    await run(victim, `timeout 20 python3 -c '${torment}'`, heard).catch(() => undefined);
    expect(Buffer.concat(heard).toString()).toMatch(/^[1-9]\d* writes to \/sys\/bus\/pci\/devices\//m);
    await victim[Symbol.asyncDispose]();
    expect(rewritten(before, await machineFiles())).toEqual([]);
    expect(await exists(victim.folder)).toBe(false);
    await expect.poll(async () => (await qemus()).map(({ pid }) => pid)).not.toContain(victim.pid);
    expect((await run(owned, 'echo on')).said).toBe('on\n');
  });

  test.each([
    ['a panic', 'echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger'],
    ['a reboot', 'echo 1 > /proc/sys/kernel/sysrq; echo b > /proc/sysrq-trigger'],
    ['a power switch', 'echo 1 > /proc/sys/kernel/sysrq; echo o > /proc/sysrq-trigger'],
  ])('%s that ends its machine, and what runs in it is lost', async (_name, script) => {
    await using victim = await restore(prepared);
    const waiting = await victim.machine.channel.exec(['/bin/sleep', '1000'], patience());
    waiting.stdout.resume();
    void run(victim, script).catch(() => undefined);
    await Promise.race([victim.machine.stopped, endOf(AbortSignal.timeout(30_000))]);
    expect(await waiting.closed).toEqual({ code: null, signal: null });
    await expect(victim.machine.channel.exec(['/bin/true'], patience())).rejects.toThrow();
  });

  test('the files of image and snapshot afterwards as they were built', async () => {
    const { image, snapshot } = prepared;
    expect(await hashPath(image.agentDisk)).toBe(image.sha256['agent.squashfs']);
    const noted = JSON.parse(await readFile(path.join(snapshot.folder, 'snapshot.json'), 'utf8')).sha256;
    for (const name of ['state', 'disk.qcow2', 'empty.qcow2']) {
      expect(await hashPath(path.join(snapshot.folder, name))).toBe(noted[name]);
    }
    const base = path.dirname(image.disk);
    const built = JSON.parse(await readFile(path.join(base, 'base.json'), 'utf8')).sha256;
    expect(await hashPath(image.disk)).toBe(built[path.basename(image.disk)]);
  });
});

/** Writes to the serial line for some seconds, as fast as it takes it, and says how much that was. */
const chatter = `
import os, time
fd = os.open("/dev/ttyS0", os.O_WRONLY | os.O_NOCTTY)
written, end = 0, time.monotonic() + 5
while time.monotonic() < end: written += os.write(fd, b"x" * 255 + b"\\n")
print(written)
`;

/** Writes noise into the memory and the ports of every device there is, and says after each how often. */
const torment = `
import glob, mmap, os
for name in sorted(glob.glob("/sys/bus/pci/devices/*/resource[0-9]")):
    size = os.stat(name).st_size
    done = 0
    try:
        with open(name, "r+b", buffering=0) as f:
            try:
                m = mmap.mmap(f.fileno(), size)
                for at in range(0, min(size, 65536) - 4, 4):
                    m[at:at+4] = os.urandom(4)
                    done += 1
            except (OSError, ValueError):
                for at in range(0, min(size, 256), 4):
                    os.pwrite(f.fileno(), os.urandom(4), at)
                    done += 1
    except OSError as error:
        print(name, error)
    print(done, "writes to", name, flush=True)
`;

async function restore({ image, snapshot }: PreparedMachine): Promise<Owned> {
  const before = new Set((await qemus()).map(({ pid }) => pid));
  const machine = await restoreMachine(image, snapshot, patience());
  const own = (await qemus()).find(({ pid }) => !before.has(pid));
  if (!own) throw new Error('expected a process of QEMU');
  return { machine, ...own, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() };
}

/** The processes of QEMU on this host that run machines of ours. */
async function qemus(): Promise<readonly { readonly pid: string; readonly folder: string }[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async pid => {
      const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const folder = /path=([^,\0]+)\/control\.sock/.exec(line)?.[1] ?? '';
      return program.includes('qemu-system') && folder.startsWith(sessionsFolder()) ? [{ pid, folder }] : [];
    }),
  );
  return found.flat();
}

async function run({ machine }: Owned, script: string, heard: Buffer[] = []) {
  const program = await machine.channel.exec(['/bin/sh', '-c', script], AbortSignal.timeout(60_000));
  program.stdin.end();
  for await (const part of program.stdout) heard.push(Buffer.from(part));
  return { said: Buffer.concat(heard).toString(), code: (await program.closed).code };
}

/** Fails when the signal is aborted. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

async function weightOf({ pid, folder }: Owned) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const sizes = await Promise.all(
    (await readdir(folder)).map(async name => (await stat(path.join(folder, name))).blocks * 512),
  );
  return {
    residentKiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]),
    diskBytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
  };
}
