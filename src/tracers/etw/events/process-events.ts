import type { ProcessEvent, SystemEvent } from '../../../model/event.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import type { Identity, Process } from '../state/processes.ts';
import type { TracedMachine } from '../state/traced-machine.ts';
import { splitCommandLine } from '../text/command-line.ts';
import { type Draft, describeFields, flag, keepText, startEvent } from './draft.ts';
import type { Handler, HandlerTable } from './handler.ts';
import { rawEvent } from './raw-event.ts';

/** What the fields of a start or end are called by one of the two sources of them. */
interface Spelling {
  readonly pid: string;
  readonly parent: string;
  readonly image: string;
  readonly exit: string;
}

const classic: Spelling = {
  pid: 'ProcessId',
  parent: 'ParentId',
  image: 'ImageFileName',
  exit: 'ExitStatus',
};
const manifest: Spelling = {
  pid: 'ProcessID',
  parent: 'ParentProcessID',
  image: 'ImageName',
  exit: 'ExitCode',
};

const imageLoaded: Handler = (event, machine) => loadEvent(event, machine, true);
const imageFound: Handler = (event, machine) => loadEvent(event, machine, false);

/** Processes, threads and images, by the kernel logger and by Kernel-Process. */
export const processHandlers: readonly HandlerTable[] = [
  {
    provider: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c', // Process
    rows: {
      1: (event, machine) => startedEvent(event, machine, classic),
      2: (event, machine) => endedEvent(event, machine, classic),
      3: (event, machine) => foundEvent(event, machine, classic),
      4: (event, machine) => foundEvent(event, machine, classic),
      10: imageLoaded,
    },
  },
  {
    provider: '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', // Kernel-Process
    rows: {
      1: (event, machine) => startedEvent(event, machine, manifest),
      2: (event, machine) => endedEvent(event, machine, manifest),
      3: (event, machine) => threadEvent(event, machine, 'ProcessID'),
      5: imageLoaded,
      15: (event, machine) => foundEvent(event, machine, manifest),
    },
  },
  {
    provider: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c', // Thread
    rows: { 1: (event, machine) => threadEvent(event, machine, 'ProcessId') },
  },
  {
    provider: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518', // Image
    rows: { 3: imageFound, 4: imageFound, 10: imageLoaded },
  },
];

/** The system itself: it has threads made for it by whoever needs a driver's work. */
const SYSTEM_PID = 4;
/** Windows' own limit of a command line. */
const MAX_COMMAND_LINE = 32_767;

/** Windows makes a process and runs its program in one step: two facts here, as on other systems. */
function startedEvent(event: DecodedEvent, machine: TracedMachine, names: Spelling): void {
  const process = newcomer(event, machine, names);
  if (process === undefined) return;
  const began = machine.begin(event);
  const maker = machine.processes.of(makerOf(event, names), began.atNs);
  const fork: Draft<ProcessEvent> = startEvent('process.fork', event, began, maker);
  fork.ok = true;
  fork.child = process.proc;
  fork.ret = process.pid;
  const about = describeFields(fork, event, facts);
  if (about !== undefined) fork.args = about;
  machine.emit(fork);
  const draft: Draft<ProcessEvent> = startEvent('process.exec', event, machine.begin(event), process);
  draft.tid = 0;
  draft.ok = true;
  process.isNewborn = true;
  introduce(event, machine, process, draft, names);
}

/** It was there before the trace began, or still is when it ends: nothing it did, but who it is. */
function foundEvent(event: DecodedEvent, machine: TracedMachine, names: Spelling): void {
  const process = newcomer(event, machine, names);
  if (process === undefined) return;
  const began = machine.begin(event);
  const parentPid = event.fields.number(names.parent) ?? -1;
  // The system's idle process is its own parent.
  const parent = parentPid === process.pid ? undefined : machine.processes.of(parentPid, began.atNs);
  const draft: Draft<ProcessEvent> = startEvent('process.found', event, began, parent);
  draft.tid = 0;
  draft.child = process.proc;
  draft.ret = process.pid;
  introduce(event, machine, process, draft, names);
}

/** The process that is told of for the first time; undefined when it was told of before, or nobody says who it is. */
function newcomer(event: DecodedEvent, machine: TracedMachine, names: Spelling): Process | undefined {
  const identity = identityOf(event, names);
  if (identity === undefined) {
    rawEvent(event, machine);
    return undefined;
  }
  const process = machine.processes.introduce(identity, machine.timeOf(event.record));
  if (!process.isIntroduced) return process;
  toldAgain(event, machine, process, names);
  return undefined;
}

function introduce(
  event: DecodedEvent,
  machine: TracedMachine,
  process: Process,
  draft: Draft<ProcessEvent>,
  names: Spelling,
): void {
  process.isIntroduced = true;
  describeStart(event, machine, process, draft, names);
  machine.births.put({ process, draft, image: nameOfImage(event, names) });
}

/** The other source tells of the same start: what was missing is added, and the record kept as it is. */
function toldAgain(event: DecodedEvent, machine: TracedMachine, process: Process, names: Spelling): void {
  const birth = machine.births.get(process);
  if (birth !== undefined) {
    describeStart(event, machine, process, birth.draft, names);
    birth.image ??= nameOfImage(event, names);
    machine.births.put(birth);
  }
  rawEvent(event, machine);
}

function describeStart(
  event: DecodedEvent,
  machine: TracedMachine,
  process: Process,
  draft: Draft<ProcessEvent>,
  names: Spelling,
): void {
  const sid = event.fields.text('UserSID');
  // tracerpt prints the account's name instead.
  if (sid?.startsWith('S-') === true) process.sid ??= sid.toUpperCase();
  if (event.fields.fit === 'short') flag(draft, 'torn');
  const line = event.fields.text('CommandLine');
  if (line !== undefined && draft.args === undefined) {
    draft.args = keepText(draft, line, MAX_COMMAND_LINE);
    const { words, isCut } = splitCommandLine(draft.args);
    if (words.length > 0) draft.argv = words;
    if (isCut) flag(draft, 'truncated');
  }
  const image = event.fields.text(names.image) ?? '';
  if (draft.path === undefined && image.startsWith('\\')) setPath(draft, machine, image);
}

function setPath(draft: Draft<ProcessEvent>, machine: TracedMachine, name: string): void {
  const { path, isGuess } = machine.volumes.toDosPath(name);
  draft.path = keepText(draft, path);
  if (isGuess) flag(draft, 'guessed-path');
}

function nameOfImage(event: DecodedEvent, names: Spelling): string | undefined {
  const image = event.fields.text(names.image);
  if (image === undefined || image === '') return undefined;
  return image.slice(image.lastIndexOf('\\') + 1);
}

/**
 * The header names who made the call. It differs from the parent that the process is given when a service starts it on
 * someone's behalf, or when the maker wants to look like another (T1134.004): then the parent stands in the arguments.
 */
function makerOf(event: DecodedEvent, names: Spelling): number {
  return event.record.pid >= 0 ? event.record.pid : (event.fields.number(names.parent) ?? -1);
}

/** What a fork's arguments keep of the record. */
const facts = [
  'ParentId',
  'ParentProcessID',
  'SessionId',
  'SessionID',
  'Flags',
  'ProcessTokenElevationType',
  'ProcessTokenIsElevated',
  'MandatoryLabel',
  'UserSID',
  'PackageFullName',
];

function identityOf(event: DecodedEvent, names: Spelling): Identity | undefined {
  const { fields } = event;
  const pid = fields.number(names.pid);
  if (pid === undefined) return undefined;
  return {
    pid,
    key: fields.bigint('UniqueProcessKey'),
    sequence: fields.bigint('ProcessSequenceNumber'),
    createTime: fields.bigint('CreateTime'),
  };
}

function endedEvent(event: DecodedEvent, machine: TracedMachine, names: Spelling): void {
  const identity = identityOf(event, names);
  if (identity === undefined) {
    rawEvent(event, machine);
    return;
  }
  const process = machine.processes.ending(identity, machine.timeOf(event.record));
  if (process.endedNs !== undefined) {
    rawEvent(event, machine);
    return;
  }
  machine.births.release(process);
  const began = machine.begin(event);
  process.endedNs = began.atNs;
  const draft: Draft<ProcessEvent> = startEvent('process.exit', event, began, process);
  const code = event.fields.number(names.exit);
  if (code !== undefined) draft.ret = code >>> 0;
  machine.emit(draft);
}

/** A thread that a process makes in another one, not being its maker, runs its code there. */
function threadEvent(event: DecodedEvent, machine: TracedMachine, pidField: string): void {
  const targetPid = event.fields.number(pidField);
  const maker = machine.actor(event);
  if (targetPid === undefined || maker === undefined) {
    rawEvent(event, machine);
    return;
  }
  const target = machine.processes.of(targetPid, machine.timeOf(event.record));
  const isFirst = target?.isNewborn === true;
  if (target !== undefined) target.isNewborn = false;
  if (target === undefined || target === maker || isFirst || targetPid === SYSTEM_PID) {
    rawEvent(event, machine);
    return;
  }
  const draft: Draft<ProcessEvent> = startEvent('process.ptrace', event, machine.begin(event), maker);
  draft.ok = true;
  draft.child = target.proc;
  const about = describeFields(draft, event);
  if (about !== undefined) draft.args = about;
  machine.emit(draft);
}

/** `isAct`: loaded now; else it was loaded already when the trace began, or still is at its end. */
function loadEvent(event: DecodedEvent, machine: TracedMachine, isAct: boolean): void {
  const { fields } = event;
  const name = fields.text('FileName') ?? fields.text('ImageName');
  const pid = fields.number('ProcessId') ?? fields.number('ProcessID') ?? event.record.pid;
  const process = machine.processes.of(pid, machine.timeOf(event.record));
  if (name === undefined) {
    rawEvent(event, machine);
    return;
  }
  const { path, isGuess } = machine.volumes.toDosPath(name);
  if (process !== undefined) machine.births.sawImage(process, path, isGuess);
  if (!isAct) {
    rawEvent(event, machine, process);
    return;
  }
  const draft: Draft<SystemEvent> = startEvent('module.load', event, machine.begin(event), process);
  draft.ok = true;
  draft.path = keepText(draft, path);
  if (isGuess) flag(draft, 'guessed-path');
  const size = fields.number('ImageSize');
  if (size !== undefined) draft.bytes = size;
  machine.emit(draft);
}
