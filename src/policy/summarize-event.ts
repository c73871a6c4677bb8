import { clip } from '../base/clip.ts';
import type { Row } from '../model/ports.ts';

/** Longest summary of an event, and longest command of a process in a chain. */
export const maxSummaryLength = 240;

/** One line that says what an event did, from its row: a path, an address or a command. Hostile text. */
export function summarizeEvent(row: Row): string {
  const failed = text(row['errno']);
  const what = describe(row);
  return clip(failed === undefined ? what : `${what} (${failed})`, maxSummaryLength);
}

/** A command line as one text; a program without arguments is its file. */
export function commandLine(argv: unknown, exe: unknown): string | undefined {
  const words = Array.isArray(argv) ? argv.map(String) : [];
  return words.length > 0 ? clip(words.join(' '), maxSummaryLength) : text(exe);
}

function describe(row: Row): string {
  const kind = String(row['kind']);
  if (kind === 'process.exec' || kind === 'process.found')
    return commandLine(row['argv'], row['path']) ?? kind;
  const address = addressOf(row);
  if (kind.startsWith('net.') && address !== undefined) return `${kind.slice(4)} ${address}`;
  const [path, path2] = [text(row['path']), text(row['path2'])];
  if (row['origin'] === 'disk') return `${path} (${text(row['args'])})`;
  if (kind === 'file.open' && path2 !== undefined) return `${path}, where the call named ${path2}`;
  if (path !== undefined) return path2 === undefined ? path : `${path} -> ${path2}`;
  return [text(row['call']) ?? kind, text(row['args'])].filter(part => part !== undefined).join(' ');
}

function addressOf(row: Row): string | undefined {
  const host = text(row['host']) ?? text(row['raddr']);
  if (host === undefined) return undefined;
  const port = row['rport'];
  const name = host.includes(':') ? `[${host}]` : host;
  return typeof port === 'number' ? `${name}:${port}` : name;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
