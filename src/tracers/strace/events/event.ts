import type { EventKind, RawEvent } from '../../../model/event.ts';
import type { Began } from '../state/open-calls.ts';
import type { Thread } from '../state/processes.ts';
import type { Call } from './call.ts';

/** An event while it is being made. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
type Common = Draft<Omit<RawEvent, 'kind'>>;

/** What all events of a line have in common. */
export function startEvent<Kind extends EventKind>(
  kind: Kind,
  thread: Thread,
  began: Began,
): Common & { kind: Kind } {
  return {
    seq: began.seq,
    at_ns: began.atNs,
    kind,
    proc: thread.process.proc,
    pid: thread.process.pid,
    tid: began.tid,
    origin: 'kernel',
    source_offset: began.offset,
    source_length: began.length,
  };
}

/** What all events of calls have in common. */
export function startCall<Kind extends EventKind>(kind: Kind, call: Call): Common & { kind: Kind } {
  const event: Common & { kind: Kind } = startEvent(kind, call.thread, call.began);
  const { ok, value, errno, durationNs } = call.result;
  event.call = call.text.name;
  if (durationNs !== undefined) event.dur_ns = durationNs;
  if (ok !== undefined) event.ok = ok;
  if (value !== undefined) event.ret = value;
  if (errno !== undefined) event.errno = errno;
  return event;
}

/** Adds what was kept of the arguments. */
export function keepArguments(event: Common, call: Call, keep: 'all' | number | undefined): void {
  const text = keep === undefined ? undefined : call.kept(keep);
  if (text !== undefined) event.args = text;
}

/** Adds the marks that were found while the event was made: always the last step. */
export function finish<T extends Common>(event: T, call: Call): T {
  if (call.flags.length > 0) event.flags = call.flags;
  return event;
}
