import { expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import { hasGroupLimits } from '../../helpers/group-limits.ts';
import { describeLocally, patience } from '../../helpers/local-session.ts';

const isLimited = await hasGroupLimits();
const limits = {
  wallMs: 20_000,
  processes: 200,
  memoryBytes: 512 * 1024 * 1024,
  fileBytes: 1024 * 1024,
  outputBytes: 1024 * 1024,
  traceBytes: 64 * 1024 * 1024,
  lingerMs: 500,
};

type ExitFrame = Extract<EvidenceFrame, { kind: 'exit' }>;

/**
 * What a package may try against its tracer (evidence.md B.2), each in a few lines of Python. Whatever it does is
 * seen, or did not happen.
 */
describeLocally('an escape', session => {
  async function python(
    code: string,
    changes: {
      readonly user?: 'user' | 'root';
      readonly limits?: { readonly processes: number };
    } = {},
  ) {
    const prelude =
      'import ctypes, mmap, os, sys, time\nsyscall = ctypes.CDLL(None, use_errno=True).syscall\n';
    const texts = { trace: '', stdout: '', stderr: '', hint: '' };
    let exit: ExitFrame | undefined;
    const kinds: string[] = [];
    const command = {
      task: 'escape',
      phase: 'start',
      argv: ['/usr/bin/python3', '-c', prelude + code],
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      user: changes.user ?? 'user',
      network: 'deny',
      limits: { ...limits, ...changes.limits },
      tty: false,
    } as const;
    for await (const frame of session().run(command, patience())) {
      if (frame.kind === 'chunk') texts[frame.stream] += Buffer.from(frame.bytes).toString('latin1');
      if (frame.kind === 'exit') exit = frame;
      kinds.push(frame.kind);
    }
    return { ...texts, exit, last: kinds.at(-1) };
  }

  test('by an untraced child is trapped, and shows which call it was', async () => {
    const { exit, trace, last } = await python(
      'syscall(56, 0x00800000 | 17, 0, 0, 0, 0); open("/etc/hostname")',
    );
    expect(exit?.signal).toBe('SIGSYS');
    expect(trace).toMatch(/SIGSYS .*si_syscall=__NR_clone, si_arch=AUDIT_ARCH_X86_64/);
    expect(trace).not.toContain('"/etc/hostname"');
    expect(last).toBe('bye');
  });

  test('by an untraced child, its signal caught, goes on being traced', async () => {
    const code = `
import signal
signal.signal(31, lambda *_: None)
syscall(56, 0x00800000 | 17, 0, 0, 0, 0)
open("/etc/hostname")`;
    const { exit, trace } = await python(code);
    expect(exit?.code).toBe(0);
    expect(trace).toContain('si_syscall=__NR_clone');
    expect(trace).toContain('"/etc/hostname"');
  });

  test('by an untraced child of clone3 is refused, and its flags show', async () => {
    const code = `
asked = ctypes.create_string_buffer((0x00800000).to_bytes(8, "little") + bytes(80))
print(syscall(435, asked, 88), ctypes.get_errno())`;
    // Also as the very first call of a new process, at which the tracer stops in another way.
    const child = `if os.fork() == 0:\n    syscall(435, ctypes.create_string_buffer((0x00800000).to_bytes(8, "little") + bytes(80)), 88); os._exit(7)\nprint(os.waitstatus_to_exitcode(os.wait()[1]))`;
    const { stdout, trace } = await python(`${code}\n${child}`);
    expect(stdout).toBe('-1 38\n7\n');
    expect(trace.match(/clone3\(\{flags=CLONE_UNTRACED.*ENOSYS .*\(INJECTED\)/g)).toHaveLength(2);
  });

  test('by a seccomp listener is trapped, and shows', async () => {
    const { exit, trace } = await python('syscall(317, 1, 8, 0)');
    expect(exit?.signal).toBe('SIGSYS');
    expect(trace).toContain('si_syscall=__NR_seccomp');
  });

  test("by the 32-bit table's calls is trapped, and shows", async () => {
    const code = `
code = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
page = mmap.mmap(-1, 4096, prot=7)
page.write(code)
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()`;
    const { exit, trace } = await python(code);
    expect(exit?.signal).toBe('SIGSYS');
    expect(trace).toContain('si_arch=AUDIT_ARCH_I386');
  });

  test("by x32's calls is trapped, and shows", async () => {
    const { exit, trace } = await python('syscall(0x40000000 | 39)');
    expect(exit?.signal).toBe('SIGSYS');
    expect(trace).toContain('si_code=SYS_SECCOMP');
  });

  test('by io_uring is refused, as on a kernel without it, and shows', async () => {
    const code = 'print(syscall(425, 8, ctypes.create_string_buffer(120)), ctypes.get_errno())';
    const { stdout, trace } = await python(code);
    expect(stdout).toBe('-1 38\n');
    expect(trace).toMatch(/io_uring_setup\(.*ENOSYS .*\(INJECTED\)/);
  });

  test('by a call that no tracer of ours shows is refused, as on a kernel without it', async () => {
    const code =
      'print(*[(syscall(number, 0, 0, 0, 0, 0), ctypes.get_errno()) for number in (463, 467, 999)])';
    expect((await python(code)).stdout).toBe('(-1, 38) (-1, 38) (-1, 38)\n');
  });

  test('by its tracer finds none: not its number, not its files, nothing to attach to', async () => {
    const code = `
print([line.split()[1] for line in open("/proc/self/status") if line.startswith(("TracerPid", "PPid"))])
print(open("/proc/1/cmdline").read().strip("\\0"), open("/proc/1/comm").read().strip())
print(os.listdir("/run/agent"), [pid for pid in os.listdir("/proc") if pid.isdigit()])
for pid in range(1, 5): print(syscall(101, 16, pid, 0, 0), syscall(101, 0x4206, pid, 0, 0), end=" ")`;
    const { stdout, trace } = await python(code);
    expect(stdout).toMatch(/^\['0', '0'\]\n\/sbin\/init systemd\n\[\] \['1', '\d+'\]\n(-1 -1 ){4}$/);
    expect(trace).toMatch(/ptrace\(PTRACE_ATTACH, 1.*EPERM/);
  });

  test('by killing every process there is reaches neither init nor the tracer', async () => {
    const { exit, last } = await python(
      'os.kill(-1, 9); time.sleep(0.2)\nprint(open("/proc/1/comm").read())',
    );
    expect(exit).toMatchObject({ timedOut: false });
    expect(last).toBe('bye');
  });

  test('by killing init as root does nothing', async () => {
    const { stdout, last } = await python('os.kill(1, 9); print("still here")', { user: 'root' });
    expect(stdout).toBe('still here\n');
    expect(last).toBe('bye');
  });

  test("by the kernel's settings is refused to root", async () => {
    const code = `
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"):
    try:
        open(path, "w"); print("open")
    except OSError as error:
        print(error.strerror)
print(syscall(165, b"none", b"/mnt", b"tmpfs", 0, 0), syscall(161, b"/proc/1/root"))`;
    const { stdout } = await python(code, { user: 'root' });
    expect(stdout).not.toContain('open');
    expect(stdout).toContain('-1 -1');
  });

  test('by a daemon that forked twice is named and ended', async () => {
    const code = `
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()`;
    const { exit, last } = await python(code);
    expect(exit?.survivors.length).toBe(1);
    expect(last).toBe('bye');
  });

  test('by a pid namespace of its own is still named and ended', async () => {
    const { exit, last } = await python(
      'os.spawnvp(os.P_NOWAIT, "unshare", ["unshare", "-Urpf", "sleep", "777"]); time.sleep(0.4)',
    );
    expect(exit?.survivors.map(({ command }) => command)).toContain('sleep 777');
    expect(last).toBe('bye');
  });

  test('by a fork bomb ends at its limit of processes', async () => {
    const code = `
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(1000)
        count += 1
except OSError as error:
    print(count < 200, error.strerror)`;
    const { stdout, exit, last } = await python(code);
    expect(stdout).toBe('True Resource temporarily unavailable\n');
    expect(exit?.survivors.length).toBeGreaterThan(100);
    expect(last).toBe('bye');
  });

  test('by as many survivors as are named is told whole, by one more it is marked', async () => {
    const leaving = (count: number) => `
for _ in range(${count}):
    if os.fork() == 0:
        time.sleep(1000)
        os._exit(0)`;
    const most = await python(leaving(256), { limits: { processes: 400 } });
    expect([most.exit?.survivors.length, most.exit?.caps]).toEqual([256, []]);
    const more = await python(leaving(257), { limits: { processes: 400 } });
    expect([more.exit?.survivors.length, more.exit?.caps]).toEqual([256, ['survivors']]);
  });

  test('by a huge file ends at its limit', async () => {
    const code = `
try:
    os.posix_fallocate(os.open("/tmp/huge", os.O_CREAT | os.O_WRONLY), 0, 2 * 1024 * 1024)
except OSError as error:
    print(error.strerror)`;
    expect((await python(code)).stdout).toBe('File too large\n');
  });

  const memoryBomb = `
try:
    bytearray(1024 * 1024 * 1024)
except MemoryError:
    print("no memory")`;

  test.skipIf(isLimited)('by huge memory is refused it, where no group has limits', async () => {
    expect((await python(memoryBomb)).stdout).toBe('no memory\n');
  });

  test.skipIf(!isLimited)('by huge memory is ended and marked, where its group has limits', async () => {
    const { exit, stdout } = await python(memoryBomb);
    expect(stdout).toBe('');
    expect(exit).toMatchObject({ signal: 'SIGKILL', caps: ['memory'] });
  });

  test('by forged lines on the streams stays on its stream', async () => {
    const line = '1 execve("/bin/forged", ["forged"], 0x0) = 0';
    const { trace, stdout } = await python(`print('''${line}'''); open("/tmp/a\\n${'1 forged'}", "w")`);
    expect(stdout).toBe(`${line}\n`);
    expect(trace.split('\n').some(one => /^1 (execve|forged)/.test(one))).toBe(false);
  });

  test('by filling the pipe faster than it is read loses no byte', async () => {
    const { exit, trace, last } = await python('for n in range(20000): os.access(f"/{n}", os.F_OK)');
    expect(exit?.code).toBe(0);
    for (const n of [0, 9999, 19999]) expect(trace).toContain(`"/${n}"`);
    expect(last).toBe('bye');
  });
});
