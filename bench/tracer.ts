/**
 * What watching costs: the same work under each way to trace, in one session and in turns, against an untraced run.
 * `npm run bench:tracer -- SDIST [local|qemu] [ROUNDS]`; `examples/fetch-sdists` brings MarkupSafe, the sdist of
 * docs/decisions/0005. The untraced run has the same room, guard and limits, and nobody at the other end of the trace.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import type { TracedCommand } from '../src/model/evidence.ts';
import type { Sandbox, Session } from '../src/model/ports.ts';
import { packFolder } from '../src/packages/source-folder.ts';
import { straceOptions, type Tracing, usualTracing } from '../src/sandbox/agent/strace-command.ts';
import { createLocalSandbox } from '../src/sandbox/local/sandbox.ts';
import { createQemuSandbox } from '../src/sandbox/qemu/sandbox.ts';

const [sdist, backend = 'local', rounds = '5'] = process.argv.slice(2);
if (sdist === undefined) throw new Error('usage: npm run bench:tracer -- SDIST [local|qemu] [ROUNDS]');

const without = (start: string) => straceOptions.filter(({ text }) => !text.startsWith(start));
/** The usual calls and more. */
const traced = (more: string) =>
  straceOptions
    .filter(({ text }) => text.startsWith('--trace'))
    .map(one => ({ ...one, text: `${one.text},${more}` }));
/** Drops a tracer's options and runs what follows them, as a child: only children are born in the room. */
const passThrough = 'case $1 in -V) exit;; esac; while [ "$1" != -- ]; do shift; done; shift; "$@"; exit $?';

const ways: Readonly<Record<string, Tracing>> = {
  untraced: { program: ['/bin/sh', '-c', passThrough, 'sh'], options: [], withoutSensor: true },
  'sensor alone': { program: ['/bin/sh', '-c', passThrough, 'sh'], options: [], withoutSensor: false },
  'as it is': usualTracing,
  'links and listings as well': {
    ...usualTracing,
    options: [...without('--trace'), ...traced('readlink,getdents,getdents64')],
  },
  'without the sensor': { ...usualTracing, withoutSensor: true },
  'without refusals': { ...usualTracing, options: without('--inject') },
  'paths of descriptors, no more': {
    ...usualTracing,
    options: [...without('-yy'), { text: '-y', since: 0 }],
  },
  'a stop at every call': { ...usualTracing, options: without('--seccomp-bpf') },
  'every call in the trace': { ...usualTracing, options: without('--trace') },
};

const name = path.basename(sdist);
const pip = 'exec /usr/bin/python3 -m pip --no-cache-dir --disable-pip-version-check';
const offline = '--no-index --no-deps --no-build-isolation';
const works: Readonly<Record<string, string>> = {
  'pure-Python install': `${pip} install ${offline} --target there /inbox/terminal-1.0.tar.gz`,
  'C extension build': `${pip} wheel ${offline} /inbox/${name}`,
  'fork storm': 'i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done',
};

/** `WAYS` and `WORKS` choose some, by name, with commas between. */
const isChosen = (names: string | undefined, one: string) =>
  names === undefined || names.split(',').includes(one);
const chosen = Object.entries(ways).filter(([way]) => isChosen(process.env['WAYS'], way));
const chosenWorks = Object.keys(works).filter(work => isChosen(process.env['WORKS'], work));
const platform = 'debian-12/cpython-3.11';
const signal = AbortSignal.timeout(3_600_000);
const progress = { start: () => () => undefined, note: () => undefined };
const terminal = path.resolve(import.meta.dirname, '../corpus/benign/terminal');
const { bytes: pure } = await packFolder(terminal, 'terminal-1.0');
const bytes = await readFile(sdist);

const took = new Map<string, Cost[]>();
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [way, tracing] of chosen) {
    await using session = await sandboxWith(tracing).restore(platform, signal);
    await session.put('terminal-1.0.tar.gz', pure, signal);
    await session.put(name, bytes, signal);
    // The first of a machine is slower, whatever it is: it is not counted.
    for (const work of ['warm', ...chosenWorks]) {
      const key = `${work}|${way}`;
      took.set(key, [
        ...(took.get(key) ?? []),
        await timeOf(session, works[work] ?? '/usr/bin/python3 -m pip --version'),
      ]);
    }
  }
  console.log(
    `round ${round + 1}: load ${loadavg()
      .map(load => load.toFixed(1))
      .join(' ')}`,
  );
}

for (const work of chosenWorks) {
  const [clock, processor] = [costsOf(work, 'untraced', 'clockMs'), costsOf(work, 'untraced', 'cpuMs')];
  console.log(
    `\n${work}, ${backend}, untraced: clock ${clock.join(' ')} ms; processor ${processor.join(' ')} ms`,
  );
  for (const [way] of chosen) {
    const clocks = compare(costsOf(work, way, 'clockMs'), clock);
    console.log(
      `  ${way.padEnd(30)} clock ${clocks}   processor ${compare(costsOf(work, way, 'cpuMs'), processor)}`,
    );
  }
}

interface Cost {
  readonly clockMs: number;
  readonly cpuMs: number;
}

/** Of all rounds, the best first. */
function costsOf(work: string, way: string, of: keyof Cost): readonly number[] {
  return (took.get(`${work}|${way}`) ?? []).map(cost => cost[of]).sort((one, other) => one - other);
}

/** The best and the middle round against those of the untraced work: others on this machine only ever add. */
function compare(some: readonly number[], base: readonly number[]): string {
  const middle = Math.floor(some.length / 2);
  const ratio = (at: number) => `x ${((some[at] ?? 0) / (base[at] ?? 0)).toFixed(2)}`;
  return `best ${String(some[0]).padStart(6)} ms ${ratio(0)}, middle ${ratio(middle)}`;
}

function sandboxWith(tracing: Tracing): Sandbox {
  return backend === 'qemu'
    ? createQemuSandbox({ progress, tracing })
    : createLocalSandbox({ progress, tracing });
}

async function timeOf(session: Session, work: string): Promise<Cost> {
  let cost = { clockMs: Number.NaN, cpuMs: Number.NaN };
  const prepared = `rm -rf /tmp/bench && mkdir /tmp/bench && cd /tmp/bench || exit 1\n${work}`;
  for await (const frame of session.run(command(prepared, session.machine.home), signal)) {
    if (frame.kind === 'lost') throw new Error(`${work}: ${frame.reason}`);
    if (frame.kind === 'exit' && frame.code !== 0) throw new Error(`${work}: ended with ${frame.code}`);
    if (frame.kind === 'exit') cost = { clockMs: frame.durationMs, cpuMs: frame.cpuMs ?? Number.NaN };
  }
  return cost;
}

function command(script: string, home: string): TracedCommand {
  return {
    task: 'bench',
    phase: 'build',
    argv: ['/bin/sh', '-c', script],
    cwd: home,
    env: { PATH: '/usr/bin:/bin', HOME: home, LANG: 'C.UTF-8' },
    user: 'user',
    network: 'deny',
    limits: {
      wallMs: 600_000,
      processes: 1000,
      memoryBytes: 0,
      fileBytes: 0,
      outputBytes: 1024 * 1024,
      traceBytes: 0,
      lingerMs: 100,
    },
    tty: false,
  };
}
