import { unescapeC } from '../../../base/c-escapes.ts';
import type { NetworkEvent } from '../../../model/event.ts';
import type { Socket } from '../grammar/descriptor.ts';
import { readDnsQuestion } from '../grammar/dns-question.ts';
import { toNumber } from '../grammar/result.ts';
import { type Address, readSockaddr, readUnspecified } from '../grammar/sockaddr.ts';
import { eachItem, readField, readQuoted, type Span } from '../grammar/values.ts';
import type { NetRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { type Draft, finish, keepArguments, startCall } from './event.ts';

const DNS_PORT = 53;
/** Shorter than a family: the tracer shows where it stands, and the kernel takes it for none. */
const MIN_ADDRESS_BYTES = 2;
const OPEN_SQUARE = 0x5b;
const OPEN_CURLY = 0x7b;

/** As many as Linux takes with one call (UIO_MAXIOV): it leaves out what is beyond. */
export const MAX_MESSAGES = 1024;

/** A call on a socket; of several messages the first. */
export function netEvent(call: Call, row: NetRow): NetworkEvent {
  if (row.message !== undefined && isGiven(row)) call.flagUnread(call.span(row.message));
  return messageEvent(call, row, row.message === undefined ? undefined : messagesOf(call, row.message, 1)[0]);
}

/** What is said by the other messages of a call: an event for each address, or question, that none before it has. */
export function furtherMessages(call: Call, row: NetRow, first: NetworkEvent): readonly NetworkEvent[] {
  const list = row.message === undefined ? undefined : call.span(row.message);
  // `sendmsg` has one message, which was told: it need not be read again.
  if (row.message === undefined || list === undefined || !isList(call, list)) return [];
  const told = new Set([purposeOf(first)]);
  const { ok, value = 0 } = call.result;
  return messagesOf(call, row.message, MAX_MESSAGES).flatMap((message, index) => {
    const event = messageEvent(call, row, message);
    const purpose = purposeOf(event);
    if (told.has(purpose)) return [];
    told.add(purpose);
    // They are sent in their order, up to the first that cannot be.
    return ok === true && index >= value ? [{ ...event, ok: false }] : [event];
  });
}

function purposeOf({ raddr, rport, path, host, flags }: NetworkEvent): string {
  return JSON.stringify([raddr, rport, path, host, flags]);
}

function messageEvent(call: Call, row: NetRow, message: Span | undefined): NetworkEvent {
  const event: Draft<NetworkEvent> = startCall(row.kind, call);
  describeSocket(event, socketOf(call, row));
  describeAddress(event, givenAddress(call, row, addressOf(call, row, message)), row);
  if (row.bytes === 'returned' && call.result.ok === true && call.result.value !== undefined) {
    event.bytes = call.result.value;
  }
  const payload =
    row.payload === undefined
      ? message && readField(call.text.page, message, 'msg_iov')
      : call.span(row.payload);
  if (row.kind === 'net.send' && payload !== undefined) addQuestion(event, call, payload);
  // No column tells of whom one speaks to there.
  keepArguments(event, call, event.proto === 'vsock' ? (row.address ?? row.keep) : row.keep);
  return finish(event, call);
}

/** The question in what was sent to a DNS server. */
export function addQuestion(event: Draft<NetworkEvent>, call: Call, payload: Span): void {
  if (event.rport !== DNS_PORT) return;
  const bytes = firstBytes(call, payload);
  const host = bytes && (readDnsQuestion(bytes) ?? readDnsQuestion(bytes.subarray(2)));
  if (host !== undefined) event.host = host;
}

/** What the descriptor tells: protocol and both ends. */
export function describeSocket(event: Draft<NetworkEvent>, socket: Socket | undefined): void {
  if (socket === undefined) return;
  if (socket.proto !== undefined) event.proto = socket.proto;
  if (socket.laddr !== undefined) event.laddr = socket.laddr;
  if (socket.lport !== undefined) event.lport = socket.lport;
  if (socket.raddr !== undefined) event.raddr = socket.raddr;
  if (socket.rport !== undefined) event.rport = socket.rport;
  if (socket.path !== undefined) event.path = socket.path;
}

/** The protocol that `socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP)` asks for. */
export function protocolOf(family: string, type: string): string {
  const name = family.replace(/^AF_/, '').toLowerCase();
  if (name === 'local') return 'unix';
  if (name !== 'inet' && name !== 'inet6') return name;
  if (type.includes('SOCK_STREAM')) return 'tcp';
  return type.includes('SOCK_DGRAM') ? 'udp' : 'raw';
}

/** The address in an argument, for those who need to remember it. */
export function addressAt(call: Call, index: number): Address | undefined {
  const span = call.span(index);
  return span && readSockaddr(call.text.page, span);
}

function socketOf(call: Call, row: NetRow): Socket | undefined {
  if (row.descriptor !== undefined) return call.socket(row.descriptor);
  const returned = call.returnedTarget()?.socket;
  if (row.kind === 'net.accept') return returned ?? call.socket(0);
  return { proto: protocolOf(call.text.argument(0), call.text.argument(1)), ...returned };
}

/** Whether the kernel is given an address or a message: of others it is told where to put one. */
function isGiven({ kind }: NetRow): boolean {
  return kind === 'net.send' || kind === 'net.connect' || kind === 'net.bind';
}

function addressOf(call: Call, row: NetRow, message: Span | undefined): Address | undefined {
  const { page } = call.text;
  const [name, length] =
    row.address === undefined
      ? [message && readField(page, message, 'msg_name'), message && readField(page, message, 'msg_namelen')]
      : [call.span(row.address), call.span(row.address + 1)];
  if (name === undefined) return undefined;
  if (isGiven(row) && !isTooShort(call, length)) call.flagUnread(name);
  const address = readSockaddr(page, name);
  const isUnspecified = address?.family === 'unspec' && row.kind === 'net.send' && isOfFour(call, row);
  return isUnspecified ? readUnspecified(page, name) : address;
}

function isTooShort({ text }: Call, length: Span | undefined): boolean {
  return length !== undefined && toNumber(text.page.text.slice(length.start, length.end)) < MIN_ADDRESS_BYTES;
}

/** Linux reads an address without a family as one of IPv4 where a datagram of UDP or a raw packet is sent over IPv4. */
function isOfFour(call: Call, { descriptor = 0 }: NetRow): boolean {
  const proto = call.socket(descriptor)?.proto;
  const isDatagram = proto === undefined || proto === 'udp' || proto === 'udplite' || proto === 'raw';
  return isDatagram && !call.text.argument(descriptor).includes('v6:[');
}

/**
 * A name that a call is given is from the folder of who calls; one that it gives is as the other side bound it. An
 * abstract name (`@x`) is no file's.
 */
function givenAddress(call: Call, { kind }: NetRow, address: Address | undefined): Address | undefined {
  if (kind === 'net.accept' || kind === 'net.recv') return address;
  if (address?.path === undefined || address.path === '' || address.path.startsWith('@')) return address;
  return { ...address, path: call.place(address.path) };
}

function describeAddress(event: Draft<NetworkEvent>, address: Address | undefined, row: NetRow): void {
  if (address === undefined) return;
  const { family, host, port, path } = address;
  if (event.proto === undefined && family !== 'inet' && family !== 'inet6') event.proto = family;
  if (path !== undefined) event.path = path;
  if ((row.side ?? 'remote') === 'remote') {
    if (host !== undefined) event.raddr = host;
    if (port !== undefined) event.rport = port;
    return;
  }
  if (host !== undefined) event.laddr = host;
  if (port !== undefined) event.lport = port;
}

/** `{msg_name=..., ...}` of sendmsg, or of each `{msg_hdr={...}, msg_len=5}` of sendmmsg. */
function messagesOf(call: Call, index: number, most: number): readonly Span[] {
  const span = call.span(index);
  if (span === undefined) return [];
  if (!isList(call, span)) return [span];
  return firstItems(call, span, most).flatMap(item => readField(call.text.page, item, 'msg_hdr') ?? []);
}

/** The bytes of a string, or of the first buffer of `[{iov_base="...", iov_len=5}]`. */
function firstBytes(call: Call, span: Span): Uint8Array | undefined {
  const { page } = call.text;
  let found: Span | undefined = span;
  if (isList(call, found)) found = firstItems(call, found, 1)[0];
  if (found !== undefined && page.bytes[found.start] === OPEN_CURLY)
    found = readField(page, found, 'iov_base');
  const quoted = found && readQuoted(page, found.start, found.end);
  if (quoted === undefined) call.flagUnread(found);
  return quoted && unescapeC(page.bytes, quoted.start, quoted.end);
}

function firstItems(call: Call, list: Span, most: number): readonly Span[] {
  const items: Span[] = [];
  eachItem(call.text.page, list, item => items.push(item) >= most);
  return items;
}

function isList(call: Call, { start }: Span): boolean {
  return call.text.page.bytes[start] === OPEN_SQUARE;
}
