import type { EventFlag, MetaEvent, ProcessEvent } from '../../../model/event.ts';
import type { Began } from '../state/open-calls.ts';
import type { Thread } from '../state/processes.ts';
import { MAX_ARGUMENT_TEXT } from './call.ts';
import { type Draft, startEvent } from './event.ts';

/** A process ended, by itself with a code or by a signal. */
export function exitEvent(
  thread: Thread,
  began: Began,
  how: { readonly code?: number; readonly signal?: string },
): ProcessEvent {
  const event: Draft<ProcessEvent> = startEvent('process.exit', thread, began);
  if (how.code !== undefined) event.ret = how.code;
  if (how.signal !== undefined) event.signal = how.signal;
  return marked(event, began);
}

/** A signal reached a thread, or stopped it. A signal that a process sent is the event of its `kill`. */
export function signalEvent(thread: Thread, began: Began, signal: string, about: string): ProcessEvent {
  const event: Draft<ProcessEvent> = startEvent('process.signal', thread, began);
  event.signal = signal;
  return marked(withText(event, about), began);
}

/** Something strace remarks, or an end that is no process' end. */
export function noteEvent(thread: Thread, began: Began, text: string): MetaEvent {
  const event: Draft<MetaEvent> = startEvent('meta.note', thread, began);
  return marked(withText(event, text), began);
}

function withText<T extends Draft<ProcessEvent> | Draft<MetaEvent>>(event: T, text: string): T {
  event.args = text.slice(0, MAX_ARGUMENT_TEXT);
  if (text.length > MAX_ARGUMENT_TEXT) event.flags = ['truncated'];
  return event;
}

function marked<T extends { flags?: readonly EventFlag[] }>(event: T, began: Began): T {
  if (began.isApproximate) event.flags = [...(event.flags ?? []), 'approximate-time'];
  return event;
}
