import type { Event, FileEvent, NetworkEvent, RawEvent, SystemEvent } from '../../../model/event.ts';
import type { Target } from '../grammar/descriptor.ts';
import type { MappingRow, SystemRow, TransferRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { type Draft, finish, keepArguments, startCall } from './event.ts';
import { bytesOf } from './file-event.ts';
import { addQuestion, describeSocket } from './net-event.ts';

/** A call that moves bytes: the descriptor says whether to a file or over a socket. */
export function transferEvent(call: Call, row: TransferRow): FileEvent | NetworkEvent {
  const target = call.target(row.descriptor);
  return target?.socket === undefined ? fileTransfer(call, row, target) : netTransfer(call, row, target);
}

/** A call about memory or loaded code. */
export function systemEvent(call: Call, row: SystemRow): SystemEvent {
  const event: Draft<SystemEvent> = startCall(row.kind, call);
  const path = row.path && call.path(row.path);
  if (path !== undefined) event.path = path;
  const bytes = bytesOf(call, row.bytes);
  if (bytes !== undefined) event.bytes = bytes;
  keepArguments(event, call, row.keep);
  return finish(event, call);
}

/** `mmap(NULL, 8192, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</lib/x.so>, 0)`: code of a file that will run is a loaded module. */
export function mappingEvent(call: Call, row: MappingRow): Event {
  const isAnonymous = (call.descriptor(row.descriptor) ?? -1) < 0;
  const isCode = call.text.argument(row.protection).includes('PROT_EXEC');
  const path = isAnonymous ? undefined : call.pathOf(row.descriptor);
  if (isAnonymous || isCode) {
    const mapped: Draft<SystemEvent> = startCall(isAnonymous ? 'memory.map' : 'module.load', call);
    if (path !== undefined) mapped.path = path;
    const bytes = bytesOf(call, row.bytes);
    if (bytes !== undefined) mapped.bytes = bytes;
    keepArguments(mapped, call, row.protection);
    return finish(mapped, call);
  }
  const event: Draft<FileEvent> = startCall('file.map', call);
  if (path !== undefined) event.path = path;
  event.access = call.text.argument(row.protection).includes('PROT_WRITE') ? 'read-write' : 'read';
  const bytes = bytesOf(call, row.bytes);
  if (bytes !== undefined) event.bytes = bytes;
  keepArguments(event, call, row.keep);
  return finish(event, call);
}

/** A call that no kind describes. */
export function rawEvent(call: Call): RawEvent {
  const event: Draft<RawEvent> = startCall('raw', call);
  keepArguments(event, call, 'all');
  return finish(event, call);
}

/** A pipe has no path: then the descriptor's own text is kept. */
function fileTransfer(call: Call, row: TransferRow, target: Target | undefined): FileEvent {
  const event: Draft<FileEvent> = startCall(row.kind, call);
  if (target?.deleted === true) call.flag('deleted');
  if (target?.path === undefined) keepArguments(event, call, row.descriptor);
  else event.path = target.path;
  const other = row.other === undefined ? undefined : call.target(row.other)?.path;
  if (other !== undefined) event.path2 = other;
  const bytes = bytesOf(call, 'returned');
  if (bytes !== undefined) event.bytes = bytes;
  return finish(event, call);
}

function netTransfer(call: Call, row: TransferRow, target: Target): NetworkEvent {
  const event: Draft<NetworkEvent> = startCall(row.kind === 'file.read' ? 'net.recv' : 'net.send', call);
  describeSocket(event, target.socket);
  const bytes = bytesOf(call, 'returned');
  if (bytes !== undefined) event.bytes = bytes;
  if (row.other !== undefined) keepArguments(event, call, 'all');
  const payload = row.payload === undefined ? undefined : call.span(row.payload);
  if (payload !== undefined) addQuestion(event, call, payload);
  return finish(event, call);
}
