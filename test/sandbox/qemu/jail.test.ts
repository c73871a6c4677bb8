import { describe, expect, test } from 'vitest';
import { type Jail, jailed } from '../../../src/sandbox/qemu/jail.ts';

const jail: Jail = {
  writable: '/cache/sessions/1/machine',
  readable: ['/cache/images/disk.qcow2'],
  devices: [],
  memoryBytes: 1_000,
  fileBytes: 2_000,
  bubblewrap: true,
  asRoot: false,
};
const ofRoot: Jail = { ...jail, asRoot: true, identity: { uid: 7, groups: [] } };

describe('the jail of QEMU', () => {
  test('one folder can be written, and what is listed can be read', () => {
    const text = jailed(['qemu'], jail).join(' ');
    expect(text).toContain('--bind /cache/sessions/1/machine /cache/sessions/1/machine');
    expect(text).toContain('--ro-bind /cache/images/disk.qcow2 /cache/images/disk.qcow2');
    expect(text.match(/ --bind /g)).toHaveLength(1);
    expect(text).not.toMatch(/bind \/home|bind \/root|bind \/etc |bind \/ /);
  });

  test('limits come first, so that they hold for the jail too', () => {
    const [first, ...rest] = jailed(['qemu'], jail);
    expect(first).toBe('prlimit');
    expect(rest.slice(0, 3)).toEqual(['--core=0', '--as=1000', '--fsize=2000']);
  });

  test('an ordinary user gets all namespaces, and stays that user', () => {
    const words = jailed(['qemu'], jail);
    expect(words).toContain('--unshare-all');
    expect(words.join(' ')).not.toMatch(/--reuid|--nproc/);
  });

  test('root becomes a user of its own, without capabilities', () => {
    const words = jailed(['qemu'], ofRoot);
    const after = words.slice(words.indexOf('setpriv'));
    expect(after).toEqual([
      'setpriv',
      '--no-new-privs',
      '--inh-caps=-all',
      '--bounding-set=-all',
      '--reuid=7',
      '--regid=7',
      '--clear-groups',
      '--',
      'qemu',
    ]);
  });

  test('the network is a namespace with nobody in it, in either case', () => {
    expect(jailed(['qemu'], ofRoot)).toContain('--unshare-net');
    expect(jailed(['qemu'], jail)).toContain('--unshare-all');
  });

  test('it dies with its parent', () => {
    expect(jailed(['qemu'], jail)).toContain('--die-with-parent');
  });

  test('without bubblewrap the limits and the loss of privileges stay', () => {
    const words = jailed(['qemu'], { ...jail, bubblewrap: false });
    expect(words).not.toContain('bwrap');
    expect(words.slice(-5)).toEqual(['setpriv', '--no-new-privs', '--inh-caps=-all', '--', 'qemu']);
  });

  test('root that cannot become another user still gives up all capabilities', () => {
    const words = jailed(['qemu'], { ...jail, asRoot: true, bubblewrap: false });
    expect(words.slice(words.indexOf('setpriv'))).toEqual([
      'setpriv',
      '--no-new-privs',
      '--inh-caps=-all',
      '--bounding-set=-all',
      '--',
      'qemu',
    ]);
  });
});
