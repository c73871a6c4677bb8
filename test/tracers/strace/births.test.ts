import { expect, test } from 'vitest';
import type { TraceItem } from '../../../src/model/trace.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { parseTrace } from '../parse.ts';

function procOf(items: readonly TraceItem[], tid: number): number | undefined {
  const found = items.find(item => item.kind !== 'diagnostic' && item.tid === tid);
  return found === undefined || found.kind === 'diagnostic' ? undefined : found.proc;
}

function children(items: readonly TraceItem[]): readonly (readonly [number, number | undefined])[] {
  return items.flatMap(item => (item.kind === 'process.fork' ? [[item.tid, item.child] as const] : []));
}

test('children of two processes that are born at once are told apart when the calls return', () => {
  const items = parseTrace(
    strace,
    `1 clone(flags=SIGCHLD) = 2
1 clone(flags=SIGCHLD <unfinished ...>
2 clone(flags=SIGCHLD <unfinished ...>
20 getpid() = 20
10 getpid() = 10
1 <... clone resumed>) = 10
2 <... clone resumed>) = 20
`,
  );
  expect(children(items)).toEqual([
    [1, procOf(items, 2)],
    [1, procOf(items, 10)],
    [2, procOf(items, 20)],
  ]);
});

test('a child that ended before its maker was told of it is the same process', () => {
  const items = parseTrace(
    strace,
    '1 vfork( <unfinished ...>\n5 exit_group(1) = ?\n5 +++ exited with 1 +++\n1 <... vfork resumed>) = 5\n',
  );
  expect(children(items)).toEqual([[1, procOf(items, 5)]]);
});

test('a child that never acted is a process still', () => {
  expect(children(parseTrace(strace, '1 fork() = 5\n'))).toEqual([[1, 2]]);
});

test('a call that failed makes no child', () => {
  const items = parseTrace(
    strace,
    '1 fork( <unfinished ...>\n1 <... fork resumed>) = -1 EAGAIN (Resource)\n9 getpid() = 9\n',
  );
  expect(items).toMatchObject([{ kind: 'process.fork', ok: false, errno: 'EAGAIN' }, { proc: 2 }]);
  expect(items[0]).not.toHaveProperty('child');
});

test('a program that replaces another keeps its process and loses what is closed on exec', () => {
  const items = parseTrace(
    strace,
    `1 open("/a", O_RDONLY|O_CLOEXEC) = 3
1 open("/b", O_RDONLY) = 4
1 execve("/bin/true", ["true"], 0x1 /* 0 vars */) = 0
1 read(3, "", 1) = 0
1 read(4, "", 1) = 0
`,
  );
  expect(items[3]).not.toHaveProperty('path');
  expect(items[4]).toMatchObject({ proc: 1, path: '/b' });
});

test('a child has its own copy of the descriptors and of the current directory', () => {
  const items = parseTrace(
    strace,
    `1 open("/a", O_RDONLY) = 3
1 fork() = 2
2 close(3) = 0
2 chdir("/tmp") = 0
2 open("b", O_RDONLY) = 3
1 read(3, "", 1) = 0
1 open("b", O_RDONLY) = 4
`,
    { cwd: '/srv' },
  );
  expect(items.at(-3)).toMatchObject({ proc: 2, path: '/tmp/b' });
  expect(items.at(-2)).toMatchObject({ proc: 1, path: '/a' });
  expect(items.at(-1)).toMatchObject({ proc: 1, path: '/srv/b' });
});

test('a relative path is left as it is when no directory is known', () => {
  expect(parseTrace(strace, '1 open("b", O_RDONLY) = 4\n')).toMatchObject([
    { path: 'b', flags: expect.arrayContaining(['guessed-path']) },
  ]);
});
