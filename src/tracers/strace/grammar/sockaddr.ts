import { unescapeC } from '../../../base/c-escapes.ts';
import type { Page } from '../../../base/page.ts';
import { eachItem, readField, readQuoted, type Span, toText } from './values.ts';

const AT_SIGN = 0x40;

/** One end of a socket. */
export interface Address {
  readonly host?: string;
  readonly port?: number;
  /** A unix socket's path; an abstract name starts with `@`. */
  readonly path?: string;
  /** The address family in lower case, without `AF_`. */
  readonly family: string;
}

/**
 * Reads `{sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.2.3")}`,
 * `{sa_family=AF_INET6, sin6_port=htons(80), ..., inet_pton(AF_INET6, "::1", &sin6_addr), ...}` (6.x names the last),
 * `{sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X0"}`. Looks only at fields of the family named: a path may hold any text.
 */
export function readSockaddr(page: Page, span: Span): Address | undefined {
  const name = readField(page, span, 'sa_family');
  if (name === undefined) return undefined;
  const family = page.text.slice(name.start, name.end).replace('AF_', '').toLowerCase();
  if (family === 'unix' || family === 'local') return { family: 'unix', ...readUnixPath(page, span) };
  if (family === 'inet') return { family, ...readInternet(page, span, 'inet_addr(') };
  if (family === 'inet6') return { family, ...readInternet(page, span, 'inet_pton(AF_INET6, ') };
  return { family };
}

/** Reads `{sa_family=AF_UNSPEC, sa_data="\0005\177\0\0\1\0..."}` as the port and the host of IPv4 that stand there. */
export function readUnspecified(page: Page, span: Span): Address {
  const value = readField(page, span, 'sa_data');
  const quoted = value && readQuoted(page, value.start, value.end);
  const bytes = quoted && unescapeC(page.bytes, quoted.start, quoted.end);
  if (bytes === undefined || bytes.length < 6) return { family: 'unspec' };
  const [high = 0, low = 0, ...host] = bytes.subarray(0, 6);
  return { family: 'inet', port: high * 256 + low, host: host.join('.') };
}

function readUnixPath(page: Page, span: Span): { readonly path?: string } {
  const value = readField(page, span, 'sun_path');
  const quoted = value && readQuoted(page, value.start, value.end);
  if (value === undefined || quoted === undefined) return {};
  const path = toText(page, quoted.start, quoted.end);
  return { path: page.bytes[value.start] === AT_SIGN ? `@${path}` : path };
}

function readInternet(
  page: Page,
  span: Span,
  before: string,
): { readonly host?: string; readonly port?: number } {
  let host: string | undefined;
  let port: number | undefined;
  eachItem(page, span, item => {
    const text = page.text.slice(item.start, item.end);
    const portAt = text.indexOf('_port=htons(');
    if (portAt >= 0) port = Number.parseInt(text.slice(portAt + 12), 10);
    const hostAt = text.indexOf(`${before}"`);
    const quoted = hostAt < 0 ? undefined : readQuoted(page, item.start + hostAt + before.length, item.end);
    if (quoted !== undefined) host = toText(page, quoted.start, quoted.end);
    return false;
  });
  return { ...(host === undefined ? {} : { host }), ...(isPort(port) ? { port } : {}) };
}

/** Whether a number can be a port. */
export function isPort(port: number | undefined): port is number {
  return port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65_535;
}
