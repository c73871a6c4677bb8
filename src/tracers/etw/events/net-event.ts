import type { EventKind, NetworkEvent } from '../../../model/event.ts';
import { type Draft, describeFields, flag, keepText, startEvent } from './draft.ts';
import type { Handler, HandlerTable } from './handler.ts';
import { rawEvent } from './raw-event.ts';

/** Ids of IPv6 are those of IPv4 and this. */
const IPV6 = 16;

type NetKind = Extract<EventKind, `net.${string}`>;

/**
 * What the kernel's stack did for a process. Connections that fail are not told with an address, and what is copied for
 * the user or sent again was told before.
 */
export const netHandlers: readonly HandlerTable[] = [
  {
    provider: '9a280ac0-c8e0-11d1-84e2-00c04fb998a2', // TcpIp
    rows: bothFamilies({ 10: 'net.send', 11: 'net.recv', 12: 'net.connect', 15: 'net.accept' }, 'tcp'),
  },
  {
    provider: 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80', // UdpIp
    rows: bothFamilies({ 10: 'net.send', 11: 'net.recv' }, 'udp'),
  },
  {
    provider: '7dd42a49-5329-4832-8dfd-43d979153a88', // Kernel-Network
    rows: {
      ...bothFamilies({ 10: 'net.send', 11: 'net.recv', 12: 'net.connect', 15: 'net.accept' }, 'tcp'),
      ...bothFamilies({ 42: 'net.send', 43: 'net.recv' }, 'udp'),
    },
  },
  {
    provider: '1c95126e-7eea-49a9-a3fe-a378b03ddb4d', // DNS-Client
    rows: { 3006: askedEvent, 3008: answeredEvent },
  },
];

/** No name is longer (RFC 1035: 253 characters); a longer text is not one. */
export const MAX_HOST_TEXT = 1024;

function bothFamilies(kinds: Readonly<Record<number, NetKind>>, proto: string): HandlerTable['rows'] {
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([id, kind]) => [
      [Number(id), socketRow(kind, proto)],
      [Number(id) + IPV6, socketRow(kind, proto)],
    ]),
  );
}

/** `saddr` and `sport` are this machine's side, also of what was received. */
function socketRow(kind: NetKind, proto: string): Handler {
  return (event, machine) => {
    const { fields, record } = event;
    const pid = fields.number('PID') ?? record.pid;
    // The kernel writes these from whatever thread it is in: the process that it speaks of stands among the fields.
    const process = machine.processes.of(pid === NOBODY ? -1 : pid, machine.timeOf(record));
    const draft: Draft<NetworkEvent> = startEvent(kind, event, machine.begin(event), process);
    // Its thread is of another process then.
    if (pid !== record.pid) draft.tid = 0;
    draft.ok = true;
    draft.proto = proto;
    setAddress(draft, fields.text('saddr'), fields.number('sport'), 'local');
    setAddress(draft, fields.text('daddr'), fields.number('dport'), 'remote');
    const size = fields.number('size');
    if (size !== undefined && (kind === 'net.send' || kind === 'net.recv')) draft.bytes = size;
    if (fields.fit === 'short') flag(draft, 'torn');
    machine.emit(draft);
  };
}

const NOBODY = 0xffff_ffff;

function setAddress(
  draft: Draft<NetworkEvent>,
  address: string | undefined,
  port: number | undefined,
  side: 'local' | 'remote',
): void {
  if (side === 'local') {
    if (address !== undefined) draft.laddr = address;
    if (port !== undefined) draft.lport = port;
    return;
  }
  if (address !== undefined) draft.raddr = address;
  if (port !== undefined) draft.rport = port;
}

/** A process asks for a name; the answer, if there is one, is part of the same event. */
function askedEvent(...[event, machine]: Parameters<Handler>): void {
  const name = event.fields.text('QueryName');
  if (name === undefined) {
    rawEvent(event, machine);
    return;
  }
  const draft: Draft<NetworkEvent> = startEvent('net.dns', event, machine.begin(event), machine.actor(event));
  draft.host = keepText(draft, name, MAX_HOST_TEXT);
  const about = describeFields(draft, event, ['QueryType', 'ServerList']);
  if (about !== undefined) draft.args = about;
  machine.queries.ask(questionOf(event, draft.host), draft);
}

function answeredEvent(...[event, machine]: Parameters<Handler>): void {
  const name = event.fields.text('QueryName');
  if (name === undefined) {
    rawEvent(event, machine);
    return;
  }
  const draft: Draft<NetworkEvent> =
    machine.queries.answer(questionOf(event, name.slice(0, MAX_HOST_TEXT))) ??
    startEvent('net.dns', event, machine.begin(event), machine.actor(event));
  draft.host = keepText(draft, name, MAX_HOST_TEXT);
  const about = describeFields(draft, event, ['QueryType', 'QueryResults']);
  if (about !== undefined) draft.args = about;
  const status = event.fields.number('QueryStatus');
  if (status !== undefined) {
    draft.ok = status === 0;
    draft.ret = status;
    if (status !== 0) draft.errno = dnsErrors.get(status) ?? `WIN32_${status}`;
  }
  const atNs = machine.timeOf(event.record);
  if (atNs > draft.at_ns) draft.dur_ns = atNs - draft.at_ns;
  machine.emit(draft);
}

/** The same thread may ask for several names at once; the type tells A from AAAA. */
function questionOf({ record, fields }: Parameters<Handler>[0], host: string): string {
  return `${record.pid} ${fields.number('QueryType') ?? 0} ${host}`;
}

/** winerror.h, in the words of getaddrinfo. */
const dnsErrors: ReadonlyMap<number, string> = new Map([
  [9002, 'EAI_FAIL'], // DNS_ERROR_RCODE_SERVER_FAILURE
  [9003, 'EAI_NONAME'], // DNS_ERROR_RCODE_NAME_ERROR
  [9005, 'EAI_FAIL'], // DNS_ERROR_RCODE_REFUSED
  [9501, 'EAI_NODATA'], // DNS_INFO_NO_RECORDS
  [1460, 'EAI_AGAIN'], // ERROR_TIMEOUT
  [9560, 'EAI_AGAIN'],
  [11001, 'EAI_NONAME'], // WSAHOST_NOT_FOUND
]);
