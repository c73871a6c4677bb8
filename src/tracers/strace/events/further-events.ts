import type { Event, NetworkEvent } from '../../../model/event.ts';
import type { SyscallRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { furtherMessages } from './net-event.ts';

/**
 * What a call did beside what its event says, where one event cannot say it all: two files changed places
 * (`RENAME_EXCHANGE`), or messages went to several addresses. Each needs a number of its own.
 */
export function furtherEvents(call: Call, row: SyscallRow | undefined, event: Event): readonly Event[] {
  if (row?.family === 'net' && row.message !== undefined && isNetwork(event))
    return furtherMessages(call, row, event).map(mark);
  if (event.kind !== 'file.rename' || event.args?.includes('RENAME_EXCHANGE') !== true) return none;
  const { path, path2, ...rest } = event;
  const from = path2 === undefined ? {} : { path: path2 };
  const to = path === undefined ? {} : { path2: path };
  return [mark({ ...rest, ...from, ...to })];
}

const none: readonly Event[] = [];

function isNetwork(event: Event): event is NetworkEvent {
  return event.kind.startsWith('net.');
}

function mark<Like extends Event>(event: Like): Like {
  return { ...event, flags: [...(event.flags ?? []), 'same-call'] };
}
