import { hasDots, normalizePath } from '../../../base/posix-path.ts';
import type { FileAccess, FileEvent } from '../../../model/event.ts';
import { type Result, toNumber } from '../grammar/result.ts';
import type { FileRow } from '../syscalls/row.ts';
import type { Call } from './call.ts';
import { type Draft, finish, keepArguments, startCall } from './event.ts';

/** The longest path that the kernel tells, without the zero at its end. */
export const MAX_PATH_BYTES = 4095;

const utf8 = new TextEncoder();

/** A call about files. */
export function fileEvent(call: Call, row: FileRow): FileEvent {
  const event: Draft<FileEvent> = startCall(row.kind, call);
  const path = row.effect === 'open' ? openedPath(call, row) : call.path(row.path);
  if (path !== undefined) event.path = path;
  const path2 = row.path2 === undefined ? differingPath(call, row) : call.path(row.path2);
  if (path2 !== undefined) event.path2 = path2;
  const access = row.kind === 'file.open' ? accessOf(call, row) : undefined;
  if (access !== undefined) event.access = access;
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
  return call.returnedAsNamed(row.path) ?? resolvedPath(call, row);
}

function resolvedPath(call: Call, row: FileRow): string | undefined {
  const spelled = call.path(row.path);
  const named = spelled !== undefined && hasDots(spelled) ? withoutDots(spelled, row) : spelled;
  if (named !== undefined && call.hasReturned(named)) {
    call.unflag('guessed-path');
    return named;
  }
  const opened = call.returnedTarget();
  if (opened?.path === undefined) {
    flagPathless(call, row, named);
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

/** It is no file, or nobody can tell what it is. */
function flagPathless(call: Call, { path }: FileRow, named: string | undefined): void {
  if (call.returnedTarget() !== undefined && path.name !== undefined) call.flag('argument-differs');
  if (isGone(call.result, named)) call.flag('unexplained');
}

/**
 * Whether something was opened and was gone when the tracer looked: only another thread can have closed it so soon. The
 * tracer tells no path either where it was not asked to, or where the path is longer than the kernel can say.
 */
function isGone({ ok, decoration, hasDecorated }: Result, named: string | undefined): boolean {
  return ok === true && decoration < 0 && hasDecorated && utf8.encode(named).length <= MAX_PATH_BYTES;
}

/** What a name is when no link is in it; a memory file's is no path and may be any text. */
function withoutDots(name: string, { path }: FileRow): string {
  return path.verbatim === undefined ? normalizePath(name) : name;
}

/** What the argument said, where that is not what was opened. What has no path keeps the name it was opened by. */
function differingPath(call: Call, row: FileRow): string | undefined {
  const differs = row.effect === 'open' && call.flags.includes('argument-differs');
  const named = differs && call.returnedTarget()?.path !== undefined ? call.path(row.path) : undefined;
  return named?.startsWith('/') === true ? named : undefined;
}

/** `openat2` has its flags in a struct, which may be where the tracer cannot read. */
function accessOf(call: Call, { flags, access, path }: FileRow): FileAccess | undefined {
  if (flags === undefined) return access;
  if (path.how !== undefined && call.flagUnread(call.span(path.how))) return undefined;
  const text = call.text.argument(flags);
  if (!/O_(?:PATH|RDWR|WRONLY)/.test(text)) return 'read';
  if (text.includes('O_PATH')) return 'path';
  if (text.includes('O_RDWR')) return 'read-write';
  return 'write';
}

/** `0644`, `S_IFREG|S_ISUID|0644`, `000`; undefined for anything else, e.g. flags that are no permissions. */
function modeOf(text: string): number | undefined {
  if (text === '') return undefined;
  const digits = text.slice(text.lastIndexOf('|') + 1);
  if (!/^0[0-7]{0,6}$/.test(digits)) return undefined;
  const permissions = Number.parseInt(digits, 8);
  if (digits.length === text.length) return permissions;
  return namedBits.reduce((mode, [name, bit]) => (text.includes(name) ? mode | bit : mode), permissions);
}

/** Beside a file's type these three are words. */
const namedBits = [
  ['S_ISUID', 0o4000],
  ['S_ISGID', 0o2000],
  ['S_ISVTX', 0o1000],
] as const;
