import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EvidenceFrame } from '../../../src/model/evidence.ts';
import type { TraceItem } from '../../../src/model/trace.ts';
import { createNumbering } from '../../../src/runner/numbering.ts';
import { SecondSensor } from '../../../src/runner/sensor/second-sensor.ts';
import { strace } from '../../../src/tracers/strace/index.ts';
import { describeLocally, patience } from '../../helpers/local-session.ts';
import { mountGroups, runShell } from '../../helpers/mounted-groups.ts';

/** The kernel's counts beside a real trace: they agree, until something is really missing. */
describeLocally('the second sensor', session => {
  function run(argv: readonly string[], wallMs = 60_000): AsyncIterable<EvidenceFrame> {
    const command = {
      task: 'sensor',
      phase: 'start',
      argv,
      cwd: '/tmp',
      env: { PATH: '/usr/bin:/bin' },
      user: 'user',
      network: 'deny',
      limits: {
        wallMs,
        processes: 400,
        memoryBytes: 0,
        fileBytes: 0,
        outputBytes: 1024 * 1024,
        traceBytes: 256 * 1024 * 1024,
        lingerMs: 300,
      },
      tty: false,
    } as const;
    return session().run(command, patience());
  }

  /** What the sensor makes of a command, whose trace is changed on its way to the host. */
  async function sense(frames: AsyncIterable<EvidenceFrame>, change = (trace: string) => trace) {
    const sensor = new SecondSensor();
    const trace: Buffer[] = [];
    for await (const frame of frames) take(sensor, trace, frame);
    const text = change(Buffer.concat(trace).toString('latin1'));
    for (const item of itemsOf(text)) if (item.kind !== 'diagnostic') sensor.takeEvent(item);
    return sensor;
  }
  const read = async (...given: Parameters<typeof sense>) => (await sense(...given)).read(false);

  const python = (code: string) =>
    run(['/usr/bin/python3', '-c', `import ctypes, mmap, os, threading, time\n${code}`]);
  const agrees = { state: 'agrees', differences: [] };

  test('agrees with the trace of threads, processes, pipes and failed starts', async () => {
    const code = `
import subprocess
for n in range(8): threading.Thread(target=lambda: open("/etc/hostname").read()).start()
for n in range(20): subprocess.run(["sh", "-c", "true | cat"])
try: os.execvp("nothing-has-this-name", ["x"])
except OSError: pass`;
    const reading = await read(python(code));
    expect(reading).toMatchObject(agrees);
    expect(reading?.calls).toBeGreaterThan(reading?.traced ?? 0);
  });

  test('agrees on programs that are started by a descriptor, relative to a folder, and by a script', async () => {
    const code = `
def start(*given):
    if os.fork() == 0:
        argv, env = (ctypes.c_char_p * 2)(b"true", None), (ctypes.c_char_p * 1)(None)
        libc.syscall(322, given[0], given[1], argv, env, given[2])
        os._exit(1)
    os.wait()
libc = ctypes.CDLL(None)
start(os.open("/usr/bin/true", os.O_RDONLY), b"", 0x1000)
start(os.open("/usr", os.O_RDONLY), b"bin/.//true", 0)
start(-100, b"../usr/bin/true", 0)
start(-100, b"//usr/bin/../bin/true", 0)
open("/tmp/script", "w").write("#!/bin/sh\\n")
os.chmod("/tmp/script", 0o755)
start(os.open("/tmp", os.O_RDONLY), b"script", 0)`;
    const sensor = await sense(python(code));
    expect(sensor.read(false)).toMatchObject({ ...agrees, reason: '' });
    expect(sensor.caps).toEqual([]);
  });

  test('a program with a name that is longer than what is compared is a limit reached', async () => {
    const sensor = await sense(python('os.execv("/" + "./" * 130 + "usr/bin/true", ["true"])'));
    expect(sensor.read(false)).toMatchObject(agrees);
    expect(sensor.caps).toEqual(['program-names']);
  });

  test('agrees when everything was killed in the middle of its calls', async () => {
    const code = `
for n in range(20):
    if os.fork() == 0:
        while True: os.close(os.open("/etc/hostname", os.O_RDONLY))
time.sleep(0.5)
os._exit(0)`;
    expect(await read(python(code))).toMatchObject(agrees);
  });

  test('differs by one line that is missing from the trace', async () => {
    const reading = await read(python('open("/etc/hostname").read()'), trace =>
      trace.replace(/^.*openat\(.*"\/etc\/hostname".*\n/m, ''),
    );
    expect(reading?.differences).toEqual([
      expect.stringMatching(/^openat: the kernel counted \d+, the trace has \d+$/),
    ]);
  });

  test('differs by a process that joined the group and is not traced; the group is gone afterwards', async () => {
    await using groups = await mountGroups();
    const reading = read(python('time.sleep(3.1415)'));
    const group = await groupOf('time.sleep(3.1415)', groups.path);
    await runShell(`echo $$ > ${group}/cgroup.procs && exec cat /etc/hostname`);
    expect((await reading)?.state).toBe('differs');
    expect((await reading)?.differences.join()).toContain('program: the kernel started /usr/bin/cat');
    expect(await readdir(groups.path)).not.toContain(path.basename(group));
  });

  test('differs by a program whose name was changed while it was looked at', async () => {
    const code = `
names = [b"./" * 60 + b"usr/bin/true\\0", b"./" * 60 + b"usr/bin/test\\0"]
os.chdir("/")
page = mmap.mmap(-1, 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
flipper = os.fork()
if flipper == 0:
    while True:
        for name in names:
            page[:len(name)] = name
            for n in range(200): pass
libc = ctypes.CDLL(None)
argv = (ctypes.c_char_p * 2)(b"test", None)
for n in range(150):
    if os.fork() == 0:
        libc.execve(ctypes.c_void_p(address), argv, None)
        os._exit(1)
    os.wait()
os.kill(flipper, 9)`;
    const reading = await read(python(code));
    expect(reading?.differences.join('\n')).toMatch(/program: the kernel started [./]+usr\/bin\/t(rue|est)/);
  });
});

function take(sensor: SecondSensor, trace: Buffer[], frame: EvidenceFrame): void {
  if (frame.kind === 'hello') sensor.takeTracer(frame.tracerArgv);
  if (frame.kind === 'programs') sensor.takePrograms(frame.names);
  if (frame.kind === 'sensed') sensor.takeCounts(frame);
  if (frame.kind === 'chunk' && frame.stream === 'trace') trace.push(Buffer.from(frame.bytes));
}

function itemsOf(trace: string): readonly TraceItem[] {
  const parser = strace.createParser({ numbering: createNumbering() });
  return [...parser.push(Buffer.from(trace, 'latin1')), ...parser.end()];
}

/** The group of the traced command that has `text` in its command line, once it runs. */
async function groupOf(text: string, groups: string): Promise<string> {
  for (;;) {
    const names = (await readdir(groups)).filter(name => /^session-\d+\.scope$/.test(name));
    for (const group of names.map(name => path.join(groups, name))) {
      const pids = (await readFile(path.join(group, 'cgroup.procs'), 'utf8').catch(() => '')).split('\n');
      const lines = pids.filter(Boolean).map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
      if ((await Promise.all(lines)).some(line => line.includes(text))) return group;
    }
    await wait(50);
  }
}
