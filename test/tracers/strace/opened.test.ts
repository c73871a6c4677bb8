import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/model/event.ts';
import { MAX_PATH_BYTES } from '../../../src/tracers/strace/events/file-event.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';

function events(...lines: readonly string[]): readonly Event[] {
  const items = parseTrace(strace, lines.map(line => `7 1700000000.1 ${line}\n`).join(''), { cwd: '/srv' });
  return items.flatMap(item => (item.kind === 'diagnostic' ? [] : [item]));
}

describe('a descriptor that was gone when the tracer looked', () => {
  const decorated = 'open("/etc/ld.so.cache", O_RDONLY) = 3</etc/ld.so.cache>';
  const bare = (path: string) => `open("${path}", O_RDONLY) = 3`;

  test('says nothing of what was opened', () => {
    expect(events(decorated, bare('/tmp/decoy'))[1]).toMatchObject({
      path: '/tmp/decoy',
      flags: ['unexplained'],
    });
  });

  test('is nothing special in a trace without paths of descriptors', () => {
    expect(events(bare('/tmp/x'), bare('/tmp/y'))[1]).not.toHaveProperty('flags');
  });

  test('is none where the kernel cannot say the path', () => {
    const path = (bytes: number) => `/é${'x'.repeat(bytes - 3)}`;
    const [, longest, longer] = events(decorated, bare(path(MAX_PATH_BYTES)), bare(path(MAX_PATH_BYTES + 1)));
    expect(longest).toHaveProperty('flags', ['unexplained']);
    expect(longer).not.toHaveProperty('flags');
  });
});

test('what was opened and has no path keeps the name it was opened by, marked', () => {
  const [event] = events('openat(AT_FDCWD</srv>, "decoy", O_RDONLY) = 3<anon_inode:[eventfd]>');
  expect(event).toMatchObject({ path: '/srv/decoy', flags: ['argument-differs'] });
  expect(event).not.toHaveProperty('path2');
});

describe('a name that is exactly what was opened', () => {
  test('is taken as it stands', () => {
    expect(events('open("/etc/hosts", O_RDONLY) = 3</etc/hosts>')[0]).toMatchObject({ path: '/etc/hosts' });
  });

  test.each([
    ['deleted', 'open("/tmp/x", O_RDONLY) = 3</tmp/x>(deleted)', { path: '/tmp/x', flags: ['deleted'] }],
    [
      'longer by the end',
      'open("/tmp/x", O_RDONLY) = 3</tmp/x/y>',
      { path: '/tmp/x/y', flags: ['argument-differs'] },
    ],
    [
      'shorter by the end',
      'open("/tmp/x/y", O_RDONLY) = 3</tmp/x>',
      { path: '/tmp/x', flags: ['argument-differs'] },
    ],
    ['escaped', 'open("/tmp/\\303\\251", O_RDONLY) = 3</tmp/\\303\\251>', { path: '/tmp/é' }],
    ['a device', 'open("/dev/null", O_RDWR) = 3</dev/null<char 1:3>>', { path: '/dev/null' }],
    ['cut', 'open("/tmp/x"..., O_RDONLY) = 3</tmp/x>', { path: '/tmp/x', flags: ['truncated'] }],
  ])('is looked at further when it is %s', (_, line, expected) => {
    expect(events(line)[0]).toMatchObject(expected);
  });
});

describe('what a file is opened for', () => {
  test.each([
    ['creat("/x", 0644) = 3</x>', 'write'],
    ['open_tree(AT_FDCWD, "/x", OPEN_TREE_CLONE) = 3</x>', 'path'],
    ['openat2(AT_FDCWD, "/x", {flags=O_RDWR, resolve=0}, 24) = 3</x>', 'read-write'],
  ])('%s', (line, access) => {
    expect(events(line)[0]).toHaveProperty('access', access);
  });

  test('is not known where the tracer could not read it', () => {
    const [event] = events('openat2(AT_FDCWD, "/x", 0x7f08e2b51000, 24) = 3</x>');
    expect(event).toHaveProperty('flags', ['unread-argument']);
    expect(event).not.toHaveProperty('access');
  });
});

test('a file that is made gets all of its bits', () => {
  const [plain, special] = events(
    'mknod("/x", S_IFREG|0755) = 0',
    'mknod("/x", S_IFREG|S_ISUID|S_ISVTX|0755) = 0',
  );
  expect(plain).toHaveProperty('mode', 0o755);
  expect(special).toHaveProperty('mode', 0o5755);
});

test('beside a descriptor no name is as good as an empty one', () => {
  expect(events('utimensat(3</x>, NULL, NULL, 0) = 0')[0]).toHaveProperty('path', '/x');
  expect(events('mount(NULL, "/x", NULL, MS_REMOUNT, NULL) = 0')[0]).not.toHaveProperty('path2');
});

test('a string that says that it was cut was not', () => {
  const [whole, cut] = events('setxattr("/x", "user.a\\"...", "...", 3, 0) = 0', 'foo("\\"", "a"...) = 0');
  expect(whole).not.toHaveProperty('flags');
  expect(cut).toHaveProperty('flags', ['truncated']);
});

describe('a result that the tracer changed', () => {
  test.each([
    '-1 ENOSYS (Function not implemented) (INJECTED)',
    '0 (INJECTED: args, retval) (DELAYED)',
    '3</memfd:x>(deleted) (INJECTED)',
  ])('%s', result => {
    expect(events(`memfd_create("x", 0) = ${result}`)[0]?.flags).toContain('injected');
  });

  test.each(['3</memfd:(INJECTED>(deleted)', '3</memfd: (INJECTED)>(deleted)', '3</tmp/ (INJECTED)>'])(
    'is not told by a name: %s',
    result => {
      expect(events(`memfd_create("x", 0) = ${result}`)[0]?.flags ?? []).not.toContain('injected');
    },
  );
});

describe('what the tracer could not read', () => {
  test.each([
    ['a name', 'link(0x7f08e2b51000, "/y") = 0'],
    ['the other name', 'symlink("/y", 0x7f08e2b51000) = 0'],
    ['an address', 'connect(3<TCP:[1]>, 0x7f08e2b51000, 16) = -1 ENETUNREACH (Network is unreachable)'],
    ['the address in a message', 'sendmsg(3<UDP:[1]>, {msg_name=0x7f08e2b51000, msg_namelen=16}, 0) = 5'],
    ['a message', 'sendmsg(3<UDP:[1]>, 0x7f08e2b51000, 0) = 5'],
    ['all messages', 'sendmmsg(3<UDP:[1]>, 0x7f08e2b51000, 2, 0) = 2'],
    ['a question', 'write(3<UDP:[10.0.2.15:5->10.0.2.3:53]>, 0x7f08e2b51000, 29) = 29'],
    ['all words', 'execve("/bin/sh", 0x7f08e2b51000, 0x7f08e2b52000 /* 3 vars */) = 0'],
    ['one word', 'execve("/bin/sh", ["sh", 0x7f08e2b51000], 0x7f08e2b52000 /* 3 vars */) = 0'],
  ])('is marked: %s', (_, line) => {
    expect(events(line)[0]?.flags).toContain('unread-argument');
  });

  test.each([
    ['the kernel could not either', 'open(0x1, O_RDONLY) = -1 EFAULT (Bad address)'],
    ['its process ended', 'open(0x7f08e2b51000, O_RDONLY <unfinished ...>) = ?'],
    ['it is too short to be an address', 'sendto(3<TCP:[1]>, "x", 1, 0, 0x7f08e2b51000, 0) = 1'],
    ['the kernel writes there', 'accept4(3<TCP:[1]>, 0x7f08e2b51000, 0x7f08e2b52000, 0) = -1 EAGAIN (Again)'],
    ['nothing is there', 'execve("/bin/sh", NULL, NULL) = 0'],
  ])('is not, where %s', (_, line) => {
    expect(events(line)[0]?.flags ?? []).not.toContain('unread-argument');
  });

  test('leaves a process in a folder that nobody knows', () => {
    const [, event] = events('chdir(0x7f08e2b51000) = 0', 'rename("a", "b") = 0');
    expect(event).toMatchObject({ path: 'a', path2: 'b', flags: ['guessed-path'] });
  });
});

describe('a datagram to an address without a family', () => {
  const send = (socket: string, data: string) =>
    events(`sendto(3<${socket}>, "x", 1, 0, {sa_family=AF_UNSPEC, sa_data="${data}"}, 16) = 1`)[0];

  test('goes where one of IPv4 would', () => {
    expect(send('UDP:[1]', '\\0005\\10\\10\\10\\10\\0\\0')).toMatchObject({ raddr: '8.8.8.8', rport: 53 });
  });

  test.each([
    ['over IPv6', 'UDPv6:[[::1]:5->[::1]:9]', '\\0005\\10\\10\\10\\10\\0\\0'],
    ['by a stream', 'TCP:[1]', '\\0005\\10\\10\\10\\10\\0\\0'],
    ['without all of it', 'UDP:[1]', '\\0005\\10\\10\\10'],
  ])('does not %s', (_, socket, data) => {
    expect(send(socket, data)).not.toHaveProperty('raddr', '8.8.8.8');
  });

  test('ends a connection where one is asked for', () => {
    const line = 'connect(3<UDP:[1]>, {sa_family=AF_UNSPEC, sa_data="\\0005\\10\\10\\10\\10\\0\\0"}, 16) = 0';
    expect(events(line)[0]).not.toHaveProperty('raddr');
  });
});
