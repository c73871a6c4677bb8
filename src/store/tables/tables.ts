import {
  type ColumnType,
  type EventColumn,
  eventColumns,
  eventFlags,
  fileAccesses,
  origins,
} from '../../model/event.ts';
import { severities } from '../../model/finding.ts';
import { accelerators, backends, behaviours, boundaries, grades, packageKinds } from '../../model/run.ts';
import { sensorStates, taskStatuses } from '../../model/task.ts';

/** One column of a documented view. */
export interface Column {
  readonly type: ColumnType | 'BIGINT[]';
  /** What a value means: `buildhaus columns` shows it to whoever writes SQL. */
  readonly about: string;
}

/** A view of the store and of each bundle, backed by `<name>.parquet`; those of `events` have their types from the model. */
export type Table = Readonly<Record<string, Column>>;

const run = { type: 'VARCHAR', about: 'id of the run' } as const;
const task = { type: 'VARCHAR', about: "name of the task in the run's recipe" } as const;
const phase = { type: 'VARCHAR', about: "part of the package's life the task belongs to" } as const;

const aboutEvents = {
  seq: 'total order within the run: when it began',
  at_ns: "nanoseconds since the run's start",
  dur_ns: 'how long the call took, nanoseconds; all together when it stands for several',
  proc: 'process, by our own number, never reused in a run; joins processes.proc',
  pid: "process, by the system's number, which is reused",
  tid: "thread, by the system's number",
  kind: 'what happened, e.g. file.open, net.connect, process.exec; nothing fills net.http and net.tls yet',
  call: 'native name of the call, e.g. openat',
  ok: 'whether it succeeded; NULL when unknown',
  ret: 'value the call returned',
  errno: 'name of the error when it failed, e.g. ENOENT',
  path: 'file, absolute and resolved; the executed file of process.exec',
  path2:
    'the other path of a rename, link, symlink or mount; the name an open was given, or the file a program is by links, where that differs',
  access: `what a file was opened for: ${oneOf(fileAccesses)}`,
  mode: 'permission bits',
  bytes: 'bytes read, written, sent or received; of all together when it stands for several',
  data: 'sha256 of a captured buffer; not yet filled',
  proto: 'protocol of a socket',
  laddr: 'local address',
  lport: 'local port',
  raddr: 'remote address',
  rport: 'remote port',
  host: 'name of the remote host, where one was said',
  argv: 'arguments of an executed program',
  child: 'new process of process.fork, or the one that was found, as in proc',
  signal: 'name of the signal delivered or sent',
  args: 'native arguments that no other column holds',
  frame: 'line of Python that did it, a hint; not yet filled',
  origin: `who says so: ${oneOf(origins)}; nothing comes from sinkhole yet`,
  novel: 'not done by a package that does nothing; not yet filled',
  source_offset: "where it stands in the task's raw trace, bytes",
  source_length: 'length there, bytes',
  flags: `marks on a record that is less than it seems: ${eventFlags.join(', ')}`,
  times: 'how many events this one stands for; NULL when only for itself; sum(coalesce(times, 1)) is exact',
  last_ns: 'when the last of them began',
} as const satisfies Record<EventColumn, string>;

const describedEvents: Readonly<Record<string, Column>> = Object.fromEntries(
  Object.entries(aboutEvents).map(([name, about]) => [name, { type: typeOfEvent(name), about }]),
);

/** The words a value may be: `kvm, hvf, tcg or none`. */
function oneOf(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

function typeOfEvent(name: string): ColumnType {
  const types: Readonly<Record<string, ColumnType>> = eventColumns;
  return types[name] ?? 'VARCHAR';
}

/** Everything that can be asked, in the order of a run's life. */
export const tables = {
  runs: {
    run,
    schema_version: { type: 'INTEGER', about: 'layout of the bundle' },
    buildhaus: { type: 'VARCHAR', about: 'version of Buildhaus that made the run' },
    package_kind: { type: 'VARCHAR', about: oneOf(packageKinds) },
    package_file: { type: 'VARCHAR', about: "the package's file as the guest saw it, or name==version" },
    package_name: { type: 'VARCHAR', about: 'name the package gives itself' },
    package_version: { type: 'VARCHAR', about: 'version the package gives itself' },
    package_sha256: { type: 'VARCHAR', about: 'of the bytes given to the guest' },
    package_bytes: { type: 'BIGINT', about: 'size of the package' },
    platform: { type: 'VARCHAR', about: 'OS release and Python, e.g. debian-12/cpython-3.11' },
    backend: { type: 'VARCHAR', about: `what the machine was: ${oneOf(backends)}` },
    image: { type: 'VARCHAR', about: 'digest of the image the snapshot was made from' },
    accelerator: { type: 'VARCHAR', about: oneOf(accelerators) },
    boundary: { type: 'VARCHAR', about: oneOf(boundaries) },
    home: { type: 'VARCHAR', about: 'home of the ordinary user in the guest' },
    recipe: { type: 'VARCHAR', about: 'name of the recipe' },
    started_at: { type: 'VARCHAR', about: "RFC 3339, UTC, by the host's clock" },
    duration_ms: { type: 'DOUBLE', about: 'how long the run took' },
    grade: { type: 'VARCHAR', about: oneOf(grades) },
    behaviour: { type: 'VARCHAR', about: oneOf(behaviours) },
    integrity: { type: 'VARCHAR', about: 'complete, or why the evidence is less than that' },
    reasons: { type: 'VARCHAR[]', about: 'a sentence for each word above that is not the best one' },
    events: { type: 'BIGINT', about: 'events stored' },
    collapsed: { type: 'BIGINT', about: 'events that are counted in the `times` of others' },
    diagnostics: { type: 'BIGINT', about: 'pieces of input that could not be read as events' },
    processes: { type: 'BIGINT', about: 'processes seen' },
    rules: { type: 'BIGINT', about: 'rules that could be asked' },
    lost: { type: 'BIGINT', about: 'records known to be missing' },
  },
  tasks: {
    run,
    task,
    phase,
    status: { type: 'VARCHAR', about: oneOf(taskStatuses) },
    reason: { type: 'VARCHAR', about: 'one sentence: why it is not passed, or what it did' },
    started_ns: { type: 'BIGINT', about: "nanoseconds since the run's start" },
    duration_ms: { type: 'DOUBLE', about: 'how long it took' },
    exit_code: { type: 'INTEGER', about: 'of its command; NULL when a signal ended it' },
    signal: { type: 'VARCHAR', about: 'name of the signal that ended it' },
    stdout_tail: { type: 'VARCHAR', about: 'last bytes of its standard output' },
    stderr_tail: { type: 'VARCHAR', about: 'last bytes of its standard error' },
    events: { type: 'BIGINT', about: 'events stored' },
    collapsed: { type: 'BIGINT', about: 'events that are counted in the `times` of others' },
    diagnostics: { type: 'BIGINT', about: 'pieces of input that could not be read as events' },
    caps: { type: 'VARCHAR[]', about: 'named limits that were reached' },
    test_framework: { type: 'VARCHAR', about: 'who counted its tests: a hint' },
    tests_passed: { type: 'BIGINT', about: 'tests that passed' },
    tests_failed: { type: 'BIGINT', about: 'tests that failed' },
    tests_skipped: { type: 'BIGINT', about: 'tests that were skipped' },
    tests_errors: { type: 'BIGINT', about: 'tests that could not be run' },
    survivors: { type: 'VARCHAR[]', about: 'command lines of processes that outlived it' },
    leftovers: { type: 'VARCHAR[]', about: 'paths left after uninstall, as "added /path"' },
    sensor: { type: 'VARCHAR', about: `second sensor: ${oneOf(sensorStates)}` },
    sensor_calls: { type: 'BIGINT', about: 'calls that the kernel counted, traced or not' },
    sensor_traced: { type: 'BIGINT', about: 'those among them that the tracer stops at' },
  },
  findings: {
    run,
    rule: { type: 'VARCHAR', about: 'id of the rule' },
    severity: { type: 'VARCHAR', about: oneOf(severities) },
    title: { type: 'VARCHAR', about: 'what was found, as a sentence' },
    task,
    phase,
    matches: { type: 'BIGINT', about: 'how many events the rule matched' },
    seqs: { type: 'BIGINT[]', about: 'the events shown as evidence; joins events.seq' },
    summaries: { type: 'VARCHAR[]', about: 'one line for each of them' },
  },
  events: { run, task, phase, ...describedEvents },
  processes: {
    run,
    proc: { type: 'INTEGER', about: 'our own number, never reused in a run; joins events.proc' },
    parent: { type: 'INTEGER', about: 'process that made it; NULL for the command of a task' },
    pid: { type: 'INTEGER', about: "the system's number" },
    task,
    phase,
    exe: { type: 'VARCHAR', about: 'file it executed last; NULL when it never did' },
    argv: { type: 'VARCHAR[]', about: 'arguments it was last executed with' },
    started_ns: { type: 'BIGINT', about: "first seen, nanoseconds since the run's start" },
    ended_ns: { type: 'BIGINT', about: 'when it ended; NULL when that was not seen' },
    exit_code: { type: 'BIGINT', about: 'what it ended with; NULL when a signal ended it' },
    exit_signal: { type: 'VARCHAR', about: 'name of the signal that ended it' },
  },
  diagnostics: {
    run,
    task,
    phase,
    reason: { type: 'VARCHAR', about: 'stable word for why it could not be read' },
    text: { type: 'VARCHAR', about: 'the input, capped' },
    source_offset: { type: 'BIGINT', about: "where it stands in the task's raw trace, bytes" },
    source_length: { type: 'BIGINT', about: 'length there, bytes' },
  },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof tables;

/** The names in `tables`, in order. */
export const tableNames = [
  'runs',
  'tasks',
  'findings',
  'events',
  'processes',
  'diagnostics',
] as const satisfies readonly TableName[];
