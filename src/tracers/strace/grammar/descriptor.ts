import type { Page } from '../../../base/page.ts';
import { isDigit } from './scan.ts';
import { isPort } from './sockaddr.ts';
import { readQuoted, type Span, toText } from './values.ts';

const LESS = 0x3c;
const OPEN_ROUND = 0x28;
const SLASH = 0x2f;
const MINUS = 0x2d;
const LETTER_A = 0x41;
/** What `AT_FDCWD` stands for. */
export const CURRENT_FOLDER = -100;

/** What an open descriptor is: the part of it that events speak of. */
export interface Target {
  /** The file's absolute path; absent for pipes and the like. */
  readonly path?: string;
  readonly deleted?: boolean;
  /** The path as it stands when it ends in ` (deleted)`: strace before 6.1 says so, but a file may be named so too. */
  readonly literal?: string;
  readonly socket?: Socket;
}

/** What is known of a socket. */
export interface Socket {
  readonly proto?: string;
  readonly laddr?: string;
  readonly lport?: number;
  readonly raddr?: string;
  readonly rport?: number;
  readonly path?: string;
}

/** The number of the descriptor that starts at `start`, or undefined: `3`, `3</path>`, `AT_FDCWD</cwd>`, not `0x3`. */
export function readNumber({ bytes, text }: Page, start: number, end: number): number | undefined {
  let at = start;
  let value = 0;
  for (; at < end && at < start + 10 && isDigit(bytes[at]); at += 1)
    value = value * 10 + (bytes[at] ?? 0) - 0x30;
  if (at > start) return at === end || bytes[at] === LESS || bytes[at] === 0x20 ? value : undefined;
  if (bytes[start] === MINUS) return Number.parseInt(text.slice(start, Math.min(end, start + 11)), 10);
  return bytes[start] === LETTER_A && text.startsWith('AT_FDCWD', start) ? CURRENT_FOLDER : undefined;
}

/** Where the decoration of the descriptor in `span` opens, or -1. */
export function findDecoration({ bytes }: Page, { start, end }: Span): number {
  let at = start;
  while (at < end && bytes[at] !== LESS) at += 1;
  return at < end ? at : -1;
}

/**
 * Reads the decoration from `<` at `open` to `>` at `close`: `</etc/hosts>`, `</tmp/x>(deleted)` and, before 6.1, `</tmp/x (deleted)>`,
 * `</dev/null<char 1:3>>`, `<TCP:[10.0.2.15:41000->10.0.2.3:53]>`, `<pipe:[83390]>`.
 */
export function readTarget(page: Page, open: number, close: number): Target {
  if (page.bytes[open + 1] !== SLASH) return readOther(page, open + 1, close);
  const path = toText(page, open + 1, endOfPath(page, open + 1, close));
  if (page.bytes[close + 1] === OPEN_ROUND && page.text.startsWith('(deleted)', close + 1))
    return { path, deleted: true };
  return path.endsWith(OLD_DELETED)
    ? { path: path.slice(0, -OLD_DELETED.length), deleted: true, literal: path }
    : { path };
}

/** `</dev/null<char 1:3>>`: the path ends where the device starts. */
function endOfPath({ text }: Page, start: number, close: number): number {
  const device = text.slice(start, close).indexOf('<');
  return device < 0 ? close : start + device;
}

/** `TCP:[a:1->b:2]`, `UDPv6:[[::]:53]`, `UNIX-STREAM:[7->8,"/run/x"]`, `NETLINK:[ROUTE:12]`, `socket:[5]`; others are no sockets. */
function readOther(page: Page, start: number, close: number): Target {
  const colon = page.text.indexOf(':[', start);
  if (colon < 0 || colon > start + MAX_PROTOCOL_NAME || colon >= close) return {};
  const proto = protocols.get(page.text.slice(start, colon));
  if (proto === undefined) return {};
  const inside = { start: colon + 2, end: close - 1 };
  if (proto === 'unix') return { socket: { proto, ...readUnixPath(page, inside) } };
  if (proto === 'socket') return { socket: {} };
  return { socket: { proto, ...readEnds(page.text.slice(inside.start, inside.end)) } };
}

function readUnixPath(page: Page, inside: Span): Socket {
  const comma = page.text.slice(inside.start, inside.end).indexOf(',') + 1;
  const start = inside.start + comma;
  const quoted = comma > 0 ? readQuoted(page, start, inside.end) : undefined;
  if (quoted === undefined) return {};
  const path = toText(page, quoted.start, quoted.end);
  return { path: page.text.startsWith('@', start) ? `@${path}` : path };
}

/** `10.0.2.15:41000->10.0.2.3:53`, `[::1]:8080`, or an inode's number before there are addresses. */
function readEnds(text: string): Socket {
  const arrow = text.indexOf('->');
  const [laddr, lport] = splitPort(arrow < 0 ? text : text.slice(0, arrow));
  const [raddr, rport] = splitPort(arrow < 0 ? '' : text.slice(arrow + 2));
  return {
    ...(laddr === undefined ? {} : { laddr, lport }),
    ...(raddr === undefined ? {} : { raddr, rport }),
  };
}

function splitPort(end: string): readonly [undefined, undefined] | readonly [string, number] {
  const colon = end.lastIndexOf(':');
  const port = Number.parseInt(end.slice(colon + 1), 10);
  if (colon <= 0 || !isPort(port)) return [undefined, undefined];
  const host = end.slice(0, colon);
  return [host.startsWith('[') ? host.slice(1, -1) : host, port];
}

const OLD_DELETED = ' (deleted)';
const MAX_PROTOCOL_NAME = 24;
const protocols: ReadonlyMap<string, string> = new Map([
  ['TCP', 'tcp'],
  ['TCPv6', 'tcp'],
  ['UDP', 'udp'],
  ['UDPv6', 'udp'],
  ['UDPLITE', 'udplite'],
  ['UDPLITEv6', 'udplite'],
  ['RAW', 'raw'],
  ['RAWv6', 'raw'],
  ['PING', 'icmp'],
  ['PINGv6', 'icmp'],
  ['UNIX', 'unix'],
  ['UNIX-STREAM', 'unix'],
  ['UNIX-DGRAM', 'unix'],
  ['UNIX-SEQPACKET', 'unix'],
  ['NETLINK', 'netlink'],
  ['PACKET', 'packet'],
  ['socket', 'socket'],
]);
