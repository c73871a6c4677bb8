import { describe, expect, test } from 'vitest';
import type { TraceItem } from '../../../src/model/trace.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';

const parse = (lines: readonly string[], follow?: (path: string) => string) =>
  parseTrace(strace, lines.map(line => `${line}\n`).join(''), {
    cwd: '/srv',
    ...(follow === undefined ? {} : { follow }),
  });
const pathOf = (item: TraceItem | undefined) =>
  item !== undefined && 'path' in item ? item.path : undefined;
const sameFolder = 'CLONE_VM|CLONE_FS|CLONE_THREAD';

test('names lead back by their text, unless there is one who follows links', () => {
  const lines = ['1 chdir("l/..") = 0', '1 rename("/a/../b", "c/../d") = 0'];
  expect(parse(lines)[1]).toMatchObject({ path: '/b', path2: '/srv/d' });
  const asked: string[] = [];
  const follow = (path: string) => {
    asked.push(path);
    return '/home/ada';
  };
  expect(parse(lines, follow)[1]).toMatchObject({ path: '/a/../b', path2: '/home/ada/c/../d' });
  expect(asked).toEqual(['/srv/l/..']);
});

test('an open is what was opened, though its name leads back', () => {
  const [plain, memory] = parse(
    [
      '1 openat(AT_FDCWD</srv>, "a/../b", O_RDONLY) = 3</srv/b>',
      '1 memfd_create("a/../b", 0) = 4</memfd:a/../b>(deleted)',
    ],
    path => path,
  );
  expect([plain, memory].map(pathOf)).toEqual(['/srv/b', '/memfd:a/../b']);
  for (const item of [plain, memory])
    expect(item).not.toMatchObject({ flags: expect.arrayContaining(['argument-differs']) });
});

describe('the current folder', () => {
  const last = (lines: readonly string[]) => pathOf(parse([...lines, '1 unlink("x") = 0']).at(-1));

  test('is the same for threads that share it, whichever enters another', () => {
    expect(last([`1 clone(flags=${sameFolder}) = 2`, '2 chdir("/tmp") = 0'])).toBe('/tmp/x');
  });

  test('is its own for a thread that was made so, or parted from the others', () => {
    expect(last(['1 clone(flags=CLONE_VM|CLONE_THREAD) = 2', '2 chdir("/tmp") = 0'])).toBe('/srv/x');
    for (const flag of ['CLONE_FS', 'CLONE_NEWNS', 'CLONE_NEWUSER|SIGCHLD'])
      expect(
        last([`1 clone(flags=${sameFolder}) = 2`, `2 unshare(${flag}) = 0`, '2 chdir("/tmp") = 0']),
      ).toBe('/srv/x');
  });

  test('is shared with a process that was made so', () => {
    expect(last(['1 clone(flags=CLONE_FS|SIGCHLD) = 2', '2 chdir("/tmp") = 0'])).toBe('/tmp/x');
  });

  test("is that of the thread that executes a program, and goes on as its process' first", () => {
    const lines = [
      '1 clone(flags=CLONE_VM|CLONE_THREAD) = 2',
      '2 chdir("/tmp") = 0',
      '2 execve("/bin/true", ["true"], 0x1 /* 0 vars */ <unfinished ...>',
      '1 +++ superseded by execve in pid 2 +++',
      '1 <... execve resumed>) = 0',
    ];
    expect(last(lines)).toBe('/tmp/x');
  });
});

describe("a socket's name", () => {
  const address = (path: string) => `{sa_family=AF_UNIX, sun_path=${path}}`;

  test.each([
    ['connect', `connect(3, ${address('"s"')}, 4) = 0`],
    ['bind', `bind(3, ${address('"s"')}, 4) = 0`],
    ['sendto', `sendto(3, "x", 1, 0, ${address('"s"')}, 4) = 1`],
    ['sendmsg', `sendmsg(3, {msg_name=${address('"s"')}, msg_namelen=4, msg_iov=[]}, 0) = 1`],
    ['sendmmsg', `sendmmsg(3, [{msg_hdr={msg_name=${address('"s"')}, msg_iov=[]}, msg_len=1}], 1, 0) = 1`],
  ])('that is given to %s is from the current folder', (_, call) => {
    expect(pathOf(parse([`1 ${call}`])[0])).toBe('/srv/s');
  });

  test('that is told of the other side is as that one bound it, and an abstract one is no path', () => {
    const [received, accepted, connected] = parse([
      `1 recvfrom(3, "x", 1, 0, ${address('"s"')}, [4]) = 1`,
      `1 accept(3, ${address('"s"')}, [4]) = 4`,
      `1 connect(3, ${address('@"s"')}, 4) = 0`,
    ]);
    expect([received, accepted, connected].map(pathOf)).toEqual(['s', 's', '@s']);
  });

  test('stays with the socket as the path that it was', () => {
    const items = parse([
      '1 socket(AF_UNIX, SOCK_DGRAM, 0) = 3',
      `1 connect(3, ${address('"s"')}, 4) = 0`,
      '1 chdir("/tmp") = 0',
      '1 sendto(3, "x", 1, 0, NULL, 0) = 1',
    ]);
    expect(pathOf(items.at(-1))).toBe('/srv/s');
  });
});

describe('with a folder as its root', () => {
  const open = (name: string, resolve: string, opened: string) =>
    parse([`1 openat2(3</jail>, "${name}", {flags=O_RDONLY, resolve=${resolve}}, 24) = 4<${opened}>`])[0];

  test.each(['/etc/x', '../../etc/x', 'y/../../etc/x'])('%s is opened below it', name => {
    const event = open(name, 'RESOLVE_NO_MAGICLINKS|RESOLVE_IN_ROOT', '/jail/etc/x');
    expect(event).toMatchObject({ kind: 'file.open', path: '/jail/etc/x' });
    expect(event).not.toHaveProperty('path2');
  });

  test('what was opened elsewhere differs, and so does what was not asked for so', () => {
    expect(open('/etc/x', 'RESOLVE_IN_ROOT', '/etc/x')).toMatchObject({
      path: '/etc/x',
      path2: '/jail/etc/x',
    });
    expect(open('/etc/x', 'RESOLVE_BENEATH', '/jail/etc/x')).toMatchObject({ path2: '/etc/x' });
  });
});

test('whether a link at the end is followed stands with the link that is made', () => {
  const [event] = parse(['1 linkat(AT_FDCWD</srv>, "l", AT_FDCWD</srv>, "k", AT_SYMLINK_FOLLOW) = 0']);
  expect(event).toMatchObject({ path: '/srv/l', path2: '/srv/k', args: 'AT_SYMLINK_FOLLOW' });
});
