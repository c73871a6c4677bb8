import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { TracedCommand } from '../../src/model/evidence.ts';
import type { Sandbox, Session } from '../../src/model/ports.ts';
import type { TraceItem } from '../../src/model/trace.ts';
import { DiskWatch } from '../../src/runner/disk/disk-watch.ts';
import { defaultLimits } from '../../src/runner/limits.ts';
import { createNumbering } from '../../src/runner/numbering.ts';
import { Timeline } from '../../src/runner/timeline.ts';
import { strace } from '../../src/tracers/strace/index.ts';

const patience = () => AbortSignal.timeout(240_000);

const prelude = `
import ctypes, mmap, os, shutil, socket, subprocess, sys, threading
os.chdir(os.environ['HOME'] + '/w')
def put(path, text='new', flags=os.O_WRONLY | os.O_CREAT):
    fd = os.open(path, flags, 0o644); os.write(fd, text.encode()); return fd
`;

/** What every way begins with. */
const setUp = `
import os
os.makedirs('w/old/deep'); os.chdir('w')
for name in 'file mapped shared moved gone large old/deep/x'.split():
    with open(name, 'w') as file: file.write('old content of ' + name)
os.link('shared', 'alias')
os.symlink('old', 'link')
os.symlink('file', 'leads')
os.mkfifo('fifo')
with open('huge', 'wb') as file: file.truncate(80 << 20)
`;

/** Ways to change a disk, in Python, with what the disk shows afterwards (below the folder it was done in). */
const ways: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing at all', 'pass', []],
  ['the same content again', "put('file', 'old content of file')", []],
  ['a new file', "put('n')", ['created n']],
  ['other content', "put('file')", ['content file']],
  ['other content of the same size', "put('file', 'old_content_of_file')", ['content file']],
  [
    'a shared mapping',
    "f = open('mapped', 'r+b'); m = mmap.mmap(f.fileno(), 0); f.close(); m[0:3] = b'new'",
    ['content mapped'],
  ],
  [
    'a file that gets its name last',
    "fd = put('.', flags=os.O_TMPFILE | os.O_WRONLY); assert ctypes.CDLL(None).linkat(-100, b'/proc/self/fd/%d' % fd, -100, b'late', 0x400) == 0",
    ['created late'],
  ],
  ['another name of the file', "put('alias')", ['content alias', 'content shared']],
  [
    'another name that is gone again',
    "os.link('file', 'tmp'); put('tmp'); os.unlink('tmp')",
    ['content file'],
  ],
  ['a folder that is moved', "os.rename('old', 'new')", ['created new*', 'deleted old*']],
  ['a folder made, filled and moved', "os.mkdir('a'); put('a/x'); os.rename('a', 'b')", ['created b*']],
  ['a link on the way', "os.mkdir('link/sub'); put('link/sub/x')", ['created old/sub*']],
  ['a link at the end', "os.truncate('leads', 3); os.chmod('leads', 0o600)", ['content file', 'mode file']],
  ['a link that leads elsewhere', "os.symlink('x', 't'); os.rename('t', 'link')", ['target link']],
  ['a mode', "os.chmod('old/deep', 0o700)", ['mode old/deep']],
  [
    'copying in the kernel',
    "i = os.open('moved', 0); o = put('c', ''); os.copy_file_range(i, o, 5); os.sendfile(o, i, 0, 3)",
    ['created c'],
  ],
  ['a socket', "socket.socket(socket.AF_UNIX).bind('s')", ['created s']],
  ['a FIFO', "os.mkfifo('f2')", ['created f2']],
  ['removing a tree', "shutil.rmtree('old'); os.unlink('gone')", ['deleted gone', 'deleted old*']],
  ['a file that becomes a folder', "os.unlink('gone'); os.mkdir('gone')", ['created gone', 'deleted gone']],
  ['names with a newline', "put('a\\nb')", ['created a\nb']],
  ['names that are no UTF-8', "put(b'u\\xff'); put(b'u\\xfe')", ['created u\ufffd', 'created u\ufffd']],
  ['a file too large to be hashed', "os.utime('huge', (1, 1))", ['content huge']],
  ['memory', "put('/dev/shm/x')", ['created /dev/shm/x']],
  [
    'a child in another folder',
    "subprocess.run(['/bin/sh', '-c', 'cd old && mkdir k && cd k && echo x > y && mv y z'])",
    ['created old/k*'],
  ],
  [
    'a path longer than a call takes',
    `for i in range(20): os.mkdir('l' * 250); os.chdir('l' * 250)
put('x')`,
    ['created l*'],
  ],
  [
    'a bind mount in namespaces of its own',
    "subprocess.run(['unshare', '-Urm', 'sh', '-c', 'mkdir m && mount --bind old m && echo x > m/y'])",
    ['created m', 'created old/y'],
  ],
  [
    'a file system of its own',
    "subprocess.run(['unshare', '-Urm', 'sh', '-c', 'mount -t tmpfs none old && echo x > old/y'])",
    [],
  ],
  [
    'a root of its own',
    `subprocess.run(['unshare', '-Ur', sys.executable, '-c', 'import os; os.chroot("old"); os.mkdir("/r")'])`,
    ['created old/r'],
  ],
];

/** Opens of honest programs whose argument is not the path that is opened. */
const honestOpens = `
for path in ['/lib/os-release', '/etc/mtab', '/dev/stdin', '/proc/self/status', '/proc/self/cwd/file', '/dev/fd/0', 'leads',
             'link/deep/../deep//x', 'link/deep/./', '/lib/../bin/sh', '/sys/class/net/lo/mtu', '/dev/ptmx', './/file']:
    try: os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError: pass
os.close(os.open('.', os.O_TMPFILE | os.O_RDWR))
fd = put('dead'); os.unlink('dead'); os.close(os.open(f'/proc/self/fd/{fd}', os.O_RDONLY))
os.symlink('old', 'way'); os.close(os.open('way/deep/x', 0)); os.rename('way', 'other'); os.close(os.open('other/deep/x', 0))
subprocess.run(['unshare', '-Urm', 'sh', '-c', 'mkdir m && mount --bind old m && cat m/deep/x'])
subprocess.run(['unshare', '-Ur', sys.executable, '-c', 'import os; os.chroot("old"); os.open("/deep/x", 0)'])
`;

/** A thread writes another name over the argument, over and over; both are files. */
const racedOpens = `
open('race.c', 'w').write("""
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
static char name[16];
static void *flip(void *_) {
    for (;;) for (int i = 0; i < 2; i++) {
        memcpy(name, i ? "moved" : "large", 6);
        __asm__ volatile ("" ::: "memory");
        for (volatile int spin = 0; spin < 500; spin++) ;
    }
}
int main(void) {
    pthread_t thread;
    memcpy(name, "large", 6);
    pthread_create(&thread, 0, flip, 0);
    for (int i = 0; i < 20000; i++) close(open(name, O_RDONLY));
    _exit(0);
}
""")
subprocess.run(['gcc', '-O1', '-pthread', '-o', 'race', 'race.c'], check=True)
subprocess.run(['./race'], check=True)
`;

/** That what a command did to the disk is told, and told apart from what nobody saw: against real machines. */
export function describeDisk(
  name: string,
  create: () => Sandbox,
  { skip, processors }: { readonly skip: string | undefined; readonly processors: 'one' | 'several' },
): void {
  describe.skipIf(skip !== undefined)(`${name}${skip === undefined ? '' : ` (skipped: ${skip})`}`, () => {
    let session: Session;
    beforeAll(async () => {
      session = await create().restore('debian-12/cpython-3.11', patience());
    });
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]();
    });

    const run = (code: string, see: (event: Event) => void) => runTraced(session, code, see);

    /** Runs `code` where `setUp` was; tells what the disk shows, and of the opens what they were judged. */
    const observe = async (code: string, isSeen: boolean) => {
      await run(
        'import os, shutil; shutil.rmtree("w", True); shutil.rmtree("/dev/shm/x", True)',
        () => undefined,
      );
      await run(`${setUp}\nif os.path.exists('/dev/shm/x'): os.unlink('/dev/shm/x')`, () => undefined);
      const before = await session.listTree(patience());
      const timeline = new Timeline();
      timeline.begin(1n);
      const watch = new DiskWatch(createNumbering(), timeline, { separator: '/' });
      watch.begin(before);
      const kept: Event[] = [];
      const trouble = await run(prelude + code, event => {
        const judged = isSeen ? watch.see(event) : undefined;
        if (judged !== undefined) kept.push(judged);
      });
      const opens = [...kept, ...watch.release()].filter(event => event.flags?.includes('unexplained'));
      const tree = await session.listTree(patience());
      const watched = { startedNs: undefined, endedNs: 1e15, isTraceWhole: true };
      const { events, caps } = watch.compare(tree, watched);
      return { opens, events, caps, trouble };
    };

    const below = (event: Event) => {
      const path = 'path' in event ? (event.path ?? '') : '';
      return `${event.call} ${path.replace(`${session.machine.home}/w/`, '')}`;
    };

    test.each(ways)('a change by %s is seen and explained', async (_, code, expected) => {
      const { events, trouble } = await observe(code, true);
      const shown = events.map(below).sort();
      expect(trouble).toBe('');
      expect(shown.filter(one => !expected.some(other => matches(one, other)))).toEqual([]);
      expect(expected.filter(one => !shown.some(other => matches(other, one)))).toEqual([]);
      expect(events.filter(event => event.flags?.includes('unexplained')).map(below)).toEqual([]);
    });

    test('the same changes are unexplained when nobody sees the calls', async () => {
      const { events } = await observe(
        "put('file'); os.mkdir('d'); os.unlink('gone'); os.chmod('moved', 0)",
        false,
      );
      const unexplained = events.filter(event => event.flags?.includes('unexplained')).map(below);
      expect(unexplained.sort()).toEqual(['content file', 'created d', 'deleted gone', 'mode moved']);
    });

    test.each([
      ['a file as large as is hashed', "os.truncate('file', 64 << 20)", []],
      ['a file larger by a byte', "os.truncate('file', (64 << 20) + 1)", ['content file']],
      [
        'one file more than is hashed of all',
        "for n in 'abcde': open(n, 'w').close(); os.truncate(n, (256 << 20) // (5 if n == 'e' else 4))",
        ['created e'],
      ],
    ])('%s is told to be so', async (_, code, expected) => {
      const { events } = await observe(code, true);
      const unhashed = events.filter(event => event.flags?.includes('not-hashed'));
      expect(unhashed.map(event => below(event).split(' ')[0])).toEqual(
        expected.map(one => one.split(' ')[0]),
      );
    });

    test('folders are listed as deep as the limit says, and then it is marked', async () => {
      const dig = (bytes: number) => `
left = ${bytes} - len(os.getcwd())
while left > 1:
    name = 'l' * min(250, left - 1)
    left -= len(name) + 1
    os.mkdir(name); os.chdir(name)
`;
      expect((await observe(dig(8191), true)).caps).toEqual([]);
      expect((await observe(dig(8192), true)).caps).toEqual(['tree-depth']);
    });

    test('opens through links, mounts, roots and /proc are what they name', async () => {
      expect((await observe(honestOpens, true)).opens).toEqual([]);
    });

    // On one processor the other thread does not run while the tracer reads the argument: there is nothing to see.
    test.skipIf(processors === 'one')('an open whose argument another thread changes is not', async () => {
      const { opens } = await observe(racedOpens, true);
      expect(opens.length).toBeGreaterThan(0);
      const files = ['moved', 'large'].map(name => `${session.machine.home}/w/${name}`);
      for (const event of opens) expect(files).toContain('path' in event ? event.path : '');
    });
  });
}

/** Runs Python in the machine and shows every event of it; gives what it complained of. */
async function runTraced(session: Session, code: string, see: (event: Event) => void): Promise<string> {
  const { home } = session.machine;
  const take = (items: readonly TraceItem[]) => {
    for (const item of items) if (item.kind !== 'diagnostic') see(item);
  };
  const follow = (path: string, before: readonly TraceItem[]) => {
    take(before);
    return path;
  };
  const parser = strace.createParser({ numbering: createNumbering(), cwd: home, epochSeconds: 0, follow });
  const command: TracedCommand = {
    task: 'changes',
    phase: 'start',
    argv: ['/usr/bin/python3', '-c', code],
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
    user: 'user',
    network: 'deny',
    limits: defaultLimits,
    tty: false,
  };
  let trouble = '';
  for await (const frame of session.run(command, patience())) {
    if (frame.kind === 'lost') trouble += frame.reason;
    if (frame.kind !== 'chunk') continue;
    if (frame.stream === 'trace') take(parser.push(frame.bytes));
    if (frame.stream === 'stderr') trouble += Buffer.from(frame.bytes).toString();
  }
  take(parser.end());
  return trouble;
}

/** `created old*` stands for all that begins so. */
function matches(shown: string, expected: string): boolean {
  return expected.endsWith('*') ? shown.startsWith(expected.slice(0, -1)) : shown === expected;
}
