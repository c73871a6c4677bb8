import type { Page } from '../../../base/page.ts';
import { skipBlanks } from './scan.ts';

const SPACE = 0x20;
const PERCENT = 0x25;

/** What happened to a thread without a call. */
export type Mark =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'superseded'; readonly by: number }
  | { readonly kind: 'signal'; readonly signal: string; readonly about: string };

/**
 * Reads `+++ exited with 0 +++`, `+++ killed by SIGSEGV (core dumped) +++`, `+++ superseded by execve in pid 7 +++`,
 * `--- SIGCHLD {si_signo=SIGCHLD, ...} ---`, `--- stopped by SIGSTOP ---`.
 */
export function readMark({ text }: Page, start: number, end: number): Mark | undefined {
  const body = text.slice(start, end).trimEnd();
  if (body.startsWith('+++ ') && body.endsWith(' +++')) return readEnd(body.slice(4, -4));
  if (!body.startsWith('--- ') || !body.endsWith(' ---')) return undefined;
  const inside = body.slice(4, -4);
  const stopped = inside.startsWith('stopped by ') ? inside.slice('stopped by '.length) : undefined;
  if (stopped !== undefined) return { kind: 'signal', signal: firstWord(stopped), about: inside };
  if (!/^SIG[A-Z0-9_]/.test(inside)) return undefined;
  return { kind: 'signal', signal: firstWord(inside), about: inside };
}

/** Whether the line is strace's own remark: `strace: Process 7 attached`, `[ Process PID=7 runs in 32 bit mode. ]`. */
export function isNote({ text }: Page, start: number): boolean {
  return (
    text.startsWith('strace: ', start) ||
    text.startsWith('[ Process PID=', start) ||
    /^Process \d+ (attached|detached|suspended|resumed)/.test(text.slice(start, start + 40))
  );
}

/**
 * Whether the line belongs to the call above it: ` > /lib/libc.so.6(open+0x1f) [0x1234]` of `-k`,
 * ` | 00000  7f 45 4c 46 ...  .ELF |` of `-e read=`. Such a line has no event: it stays in the raw evidence.
 */
export function isContinuation({ bytes, text }: Page, start: number): boolean {
  if (bytes[start] !== SPACE) return false;
  return text.startsWith(' > ', start) || text.startsWith(' | ', start);
}

/** `clone(...strace: Process 7 attached`: where the remark starts that cut a line on a terminal, or -1. */
export function findAttachNote({ text }: Page, start: number, end: number): number {
  const from = Math.max(start, end - 60);
  const tail = text.slice(from, end);
  const found = tail.lastIndexOf('strace: Process ');
  return found >= 0 && /^strace: Process \d+ attached$/.test(tail.slice(found)) ? from + found : -1;
}

/** The table of `-c` and `-C`, from `% time     seconds  usecs/call     calls    errors syscall` to its `total`. */
export class SummaryTable {
  #isOpen = false;

  /** Whether a line starts a table, is part of one, or neither. */
  read({ bytes, text }: Page, start: number, end: number): 'header' | 'row' | 'other' {
    if (!this.#isOpen && bytes[skipBlanks(bytes, start, end)] !== PERCENT) return 'other';
    const head = text.slice(start, Math.min(end, start + 80)).trimStart();
    if (head.startsWith('% time ') && head.includes('seconds')) {
      this.#isOpen = true;
      return 'header';
    }
    if (!this.#isOpen) return 'other';
    const isRow = /^(\d{1,3}\.\d{2} +\d|-{6} )/.test(head);
    this.#isOpen = isRow && !/ total$/.test(head.trimEnd());
    return isRow ? 'row' : 'other';
  }
}

function readEnd(body: string): Mark | undefined {
  const [, code] = /^exited with (\d{1,3})$/.exec(body) ?? [];
  if (code !== undefined) return { kind: 'exited', code: Number(code) };
  const [, signal] = /^killed by (SIG[A-Z0-9_]+)(?: \(core dumped\))?$/.exec(body) ?? [];
  if (signal !== undefined) return { kind: 'killed', signal };
  const [, by] = /^superseded by execve in pid (\d{1,9})(?:<|$)/.exec(body) ?? [];
  return by === undefined ? undefined : { kind: 'superseded', by: Number(by) };
}

function firstWord(text: string): string {
  const blank = text.indexOf(' ');
  return blank < 0 ? text : text.slice(0, blank);
}
