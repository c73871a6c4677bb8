import { type Line, LineSplitter } from '../../base/line-splitter.ts';
import { CallText } from './grammar/call-text.ts';
import { Leader } from './grammar/leader.ts';
import { isContinuation, isNote, readMark, SummaryTable } from './grammar/notes.ts';
import { Result } from './grammar/result.ts';

/** Lines looked at: enough to outvote the output of a program that was recorded along. */
const SNIFFED_LINES = 32;
const SNIFFED_BYTES = 65_536;
const TAB = '\t';

/** Whether most of the first lines are strace's. dtruss prints calls too, with tabs before the result. */
export function looksLikeStrace(head: Uint8Array): boolean {
  const votes: boolean[] = [];
  const visit = (line: Line) => {
    if (votes.length < SNIFFED_LINES) votes.push(isStraceLine(line));
  };
  const splitter = new LineSplitter();
  splitter.push(head.subarray(0, SNIFFED_BYTES), visit);
  if (votes.length === 0) splitter.end(visit);
  return votes.filter(Boolean).length * 2 > votes.length;
}

function isStraceLine({ page, start, end }: Line): boolean {
  if (page.text.slice(start, end).includes(TAB)) return false;
  if (isContinuation(page, start) || new SummaryTable().read(page, start, end) === 'header') return true;
  const leader = new Leader();
  leader.read(page, start, end);
  if (isNote(page, leader.body) || readMark(page, leader.body, end) !== undefined) return true;
  if (page.text.startsWith('<... ', leader.body))
    return page.text.slice(leader.body, end).includes(' resumed>');
  return isCall({ page, start: leader.body, end });
}

function isCall({ page, start, end }: Pick<Line, 'page' | 'start' | 'end'>): boolean {
  const call = new CallText();
  if (!call.read(page, start, end)) return false;
  if (call.shape !== 'complete') return call.shape !== 'torn';
  const result = new Result();
  result.read(page, call.after, end);
  return result.end > 0;
}
