import type { ProcessEvent } from '../../../model/event.ts';
import { CURRENT_FOLDER } from '../grammar/descriptor.ts';
import { eachItem, readQuoted } from '../grammar/values.ts';
import type { PathFrom, ProcessRow } from '../syscalls/row.ts';
import { type Call, MAX_WORDS } from './call.ts';
import { type Draft, finish, keepArguments, startCall } from './event.ts';

/** A call about processes. */
export function processEvent(call: Call, row: ProcessRow, child: number | undefined): ProcessEvent {
  const event: Draft<ProcessEvent> = startCall(row.kind, call);
  if (child !== undefined) event.child = child;
  const path = row.path && call.path(row.path);
  if (path !== undefined) event.path = path;
  const argv = row.argv === undefined ? undefined : wordsOf(call, row.argv);
  if (argv !== undefined) event.argv = argv;
  if (row.kind === 'process.exec') keepKernelName(event, call, row.path);
  if (row.kind === 'process.exit') describeExit(event, call);
  if (row.signal !== undefined) event.signal = call.text.argument(row.signal);
  keepArguments(event, call, row.keep);
  return finish(event, call);
}

/** `exit_group(1) = ?` returns nothing: its code is what its parent is given, the lowest byte. */
function describeExit(event: Draft<ProcessEvent>, call: Call): void {
  const code = Number.parseInt(call.text.argument(0), 10);
  if (Number.isSafeInteger(code)) event.ret = code & 0xff;
}

/**
 * The program's name as the kernel has it, where `path` is not just that: the second sensor saw the same text, or not.
 * `execveat(4, "tool", ...)` is `/dev/fd/4/tool` to it (alloc_bprm in fs/exec.c).
 */
function keepKernelName(event: Draft<ProcessEvent>, call: Call, from: PathFrom | undefined): void {
  const name = from?.name === undefined ? undefined : call.string(from.name);
  if (name === undefined || name.startsWith('/')) return;
  const folder = from?.folder === undefined ? CURRENT_FOLDER : call.descriptor(from.folder);
  const named = folder === CURRENT_FOLDER ? [name] : ['/dev/fd', folder, name];
  const text = named.filter(part => part !== '').join('/');
  if (text !== '') event.args = text;
}

/** `["python3", "-c", "pass"]`; `["a"...]` and a longer list than MAX_WORDS are marked as truncated. */
function wordsOf(call: Call, index: number): readonly string[] | undefined {
  const span = call.span(index);
  const { page } = call.text;
  if (call.flagUnread(span) || span === undefined || page.text[span.start] !== '[') return undefined;
  const words: string[] = [];
  eachItem(page, span, item => {
    const quoted = readQuoted(page, item.start, item.end);
    if (quoted === undefined) call.flagUnread(item);
    if (quoted === undefined || words.length >= MAX_WORDS) call.flag('truncated');
    else words.push(call.quotedText(quoted));
    return words.length >= MAX_WORDS && quoted === undefined;
  });
  return words;
}
