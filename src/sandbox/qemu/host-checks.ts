import { statfs } from 'node:fs/promises';
import { freemem, userInfo } from 'node:os';
import { installCommand, missingDebianPackages } from '../host/debian-packages.ts';
import { cacheFolder } from '../image/cache.ts';
import { missingTreeRoot } from '../image/tree-root.ts';
import { tryAccelerator } from './accelerator.ts';
import { bubblewrapWorks } from './host.ts';

/** One thing this host must have or should have, found out by trying it. */
export interface HostCheck {
  readonly name: string;
  /** `warning`: works, but less well than it could. */
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** A command to run or a thing to change; null when there is nothing to fix. */
  readonly fix: string | null;
}

/** An image with its snapshot, and room for what sessions write. */
const buildSpaceBytes = 5 * 1024 ** 3;
/** A guest's memory and QEMU's own. */
const guestMemoryBytes = 2 * 1024 ** 3;

/** What the QEMU sandbox needs of this host. */
export async function hostChecks(signal: AbortSignal): Promise<readonly HostCheck[]> {
  const programs = await checkPrograms();
  if (programs.status === 'failed') return [programs, await checkSpace(), checkMemory()];
  return [
    programs,
    await checkJail(),
    await checkEmulation(signal),
    await checkVirtualization(signal),
    await checkImageBuild(),
    await checkSpace(),
    checkMemory(),
  ];
}

async function checkPrograms(): Promise<HostCheck> {
  const missing = await missingDebianPackages();
  if (missing.length === 0) return ok('programs', 'QEMU, mmdebstrap and what they need are installed');
  const fix = `${process.getuid?.() === 0 ? '' : 'sudo '}${installCommand(missing)}`;
  return { name: 'programs', status: 'failed', detail: `missing: ${missing.join(', ')}`, fix };
}

async function checkJail(): Promise<HostCheck> {
  if (await bubblewrapWorks()) {
    const user = process.getuid?.() === 0 ? 'a user of its own' : 'your user';
    return ok('jail', `QEMU runs under bubblewrap as ${user}, with limits and a seccomp filter`);
  }
  return {
    name: 'jail',
    status: 'warning',
    detail: 'bubblewrap does not run here: QEMU keeps its limits and its seccomp filter, but sees your files',
    fix: 'allow user namespaces: sysctl kernel.unprivileged_userns_clone=1',
  };
}

async function checkEmulation(signal: AbortSignal): Promise<HostCheck> {
  const attempt = await tryAccelerator('tcg', signal);
  if (attempt.works) return ok('emulation', 'a guest of one instruction ran in the jail');
  return {
    name: 'emulation',
    status: 'failed',
    detail: attempt.detail,
    fix: 'see that qemu-system-x86_64 starts',
  };
}

async function checkVirtualization(signal: AbortSignal): Promise<HostCheck> {
  const attempt = await tryAccelerator(process.platform === 'darwin' ? 'hvf' : 'kvm', signal);
  if (attempt.works) return ok('virtualization', 'a guest of one instruction ran with it: boundary strong');
  const denied = /permission/i.test(attempt.detail);
  return {
    name: 'virtualization',
    status: 'warning',
    detail: `${attempt.detail}: machines are emulated, slower, boundary weak`,
    fix: denied
      ? `let QEMU's group open it: chgrp kvm /dev/kvm; chmod 660 /dev/kvm; adduser ${userInfo().username} kvm`
      : 'use a host with KVM, or turn nested virtualization on',
  };
}

async function checkImageBuild(): Promise<HostCheck> {
  if (process.getuid?.() === 0) return ok('image build', 'as root');
  const fix = await missingTreeRoot();
  if (fix === undefined) return ok('image build', 'in a user namespace');
  const detail = 'no subordinate ids: images cannot be built by this user';
  return { name: 'image build', status: 'warning', detail, fix };
}

async function checkSpace(): Promise<HostCheck> {
  const status = await statfs(cacheFolder()).catch(() => statfs('/'));
  const free = status.bavail * status.bsize;
  const detail = `${(free / 1024 ** 3).toFixed(0)} GiB free for ${cacheFolder()}`;
  if (free >= buildSpaceBytes) return ok('disk', detail);
  return { name: 'disk', status: 'warning', detail, fix: 'buildhaus gc, or set XDG_CACHE_HOME' };
}

function checkMemory(): HostCheck {
  const detail = `${(freemem() / 1024 ** 3).toFixed(1)} GiB free, a guest takes up to 2`;
  if (freemem() >= guestMemoryBytes) return ok('memory', detail);
  return {
    name: 'memory',
    status: 'warning',
    detail,
    fix: 'end other programs, or run one platform at a time',
  };
}

function ok(name: string, detail: string): HostCheck {
  return { name, status: 'ok', detail, fix: null };
}
