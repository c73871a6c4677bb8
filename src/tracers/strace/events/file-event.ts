import { hasDots, normalizePath } from '../../../base/posix-path.ts';
import type { FileAccess, FileEvent } from '../../../model/event.ts';
import { toNumber } from '../grammar/result.ts';
import type { FileRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { type Draft, finish, keepArguments, startCall } from './event.ts';

/** A call about files. */
export function fileEvent(call: Call, row: FileRow): FileEvent {
  const event: Draft<FileEvent> = startCall(row.kind, call);
  const path = row.effect === 'open' ? openedPath(call, row) : call.path(row.path);
  if (path !== undefined) event.path = path;
  const path2 = row.path2 === undefined ? differingPath(call, row) : call.path(row.path2);
  if (path2 !== undefined) event.path2 = path2;
  if (row.kind === 'file.open') event.access = accessOf(call, row.flags);
  const mode = row.mode === undefined ? undefined : modeOf(call.text.argument(row.mode));
  if (mode !== undefined) event.mode = mode;
  const bytes = bytesOf(call, row.bytes);
  if (bytes !== undefined) event.bytes = bytes;
  keepArguments(event, call, row.keep);
  return finish(event, call);
}

/** A length that is an argument, or that a successful call returned. */
export function bytesOf(call: Call, from: 'returned' | number | undefined): number | undefined {
  if (from === undefined) return undefined;
  if (from === 'returned') return call.result.ok === true ? call.result.value : undefined;
  const value = toNumber(call.text.argument(from));
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * The returned descriptor's path is the truth: the argument was in memory that other threads can write
 * while the kernel reads it.
 */
function openedPath(call: Call, row: FileRow): string | undefined {
  const spelled = call.path(row.path);
  const named = spelled !== undefined && hasDots(spelled) ? withoutDots(spelled, row) : spelled;
  if (named !== undefined && call.hasReturned(named)) {
    call.unflag('guessed-path');
    return named;
  }
  const opened = call.returnedTarget();
  if (opened?.path === undefined) {
    if (opened !== undefined && row.path.name !== undefined) call.flag('argument-differs');
    return spelled;
  }
  if (opened.literal !== undefined && opened.literal === named) return named;
  if (opened.deleted === true) call.flag('deleted');
  const isGuess = call.flags.includes('guessed-path');
  call.unflag('guessed-path');
  // A file without a name is opened by the name of its folder.
  const isNameless = row.flags !== undefined && call.text.argument(row.flags).includes('O_TMPFILE');
  if (named !== undefined && !isGuess && !isNameless && named !== opened.path) {
    call.flag('argument-differs');
  }
  return opened.path;
}

/** What the argument said, where that is not what was opened. */
function differingPath(call: Call, row: FileRow): string | undefined {
  const differs = row.effect === 'open' && call.flags.includes('argument-differs');
  const named = differs ? call.path(row.path) : undefined;
  return named?.startsWith('/') === true ? named : undefined;
}

/** What a name is when no link is in it; a memory file's is no path and may be any text. */
function withoutDots(name: string, { path }: FileRow): string {
  return path.verbatim === undefined ? normalizePath(name) : name;
}

/** `creat` has no flags and always writes; `openat2` has them in a struct. */
function accessOf(call: Call, flags: number | undefined): FileAccess {
  const text = flags === undefined ? 'O_WRONLY' : call.text.argument(flags);
  if (!/O_(?:PATH|RDWR|WRONLY)/.test(text)) return 'read';
  if (text.includes('O_PATH')) return 'path';
  if (text.includes('O_RDWR')) return 'read-write';
  return 'write';
}

/** `0644`, `S_IFREG|0644`, `000`; undefined for anything else, e.g. flags that are no permissions. */
function modeOf(text: string): number | undefined {
  if (text === '') return undefined;
  const digits = text.slice(text.lastIndexOf('|') + 1);
  return /^0[0-7]{0,6}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}
