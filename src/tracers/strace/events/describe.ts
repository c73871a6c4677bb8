import { assertNever } from '../../../base/assert.ts';
import type { Event } from '../../../model/event.ts';
import type { SyscallRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { fileEvent } from './file-event.ts';
import { netEvent } from './net-event.ts';
import { mappingEvent, rawEvent, systemEvent, transferEvent } from './other-events.ts';
import { processEvent } from './process-event.ts';

/** Makes the event of one call as its row says. `child` is the process that it made; a `thread` is none. */
export function describe(
  call: Call,
  row: SyscallRow | undefined,
  child: number | 'thread' | undefined,
): Event {
  if (row === undefined || child === 'thread') return rawEvent(call);
  switch (row.family) {
    case 'file':
      return fileEvent(call, row);
    case 'net':
      return netEvent(call, row);
    case 'transfer':
      return transferEvent(call, row);
    case 'process':
      return processEvent(call, row, child);
    case 'system':
      return systemEvent(call, row);
    case 'mapping':
      return mappingEvent(call, row);
    case 'raw':
      return rawEvent(call);
    default:
      return assertNever(row);
  }
}
