import type { Event } from '../../model/event.ts';

/**
 * What two events have to share to be the same thing done again: every column but when it was, how long it took, what
 * number it returned and how many bytes it moved. A new column tells events apart until it is named here. Which number a
 * descriptor got that takes the place of input or output stands nowhere else: such copies are told apart by it.
 */
export function identityOf<Like extends Event>(event: Like): string {
  let identity = '';
  for (const name in event) {
    if (countedColumns.has(name) && !(name === 'ret' && isStandardCopy(event))) continue;
    const text = String(event[name]);
    // Its length before each text: no path can be made to look like the columns after it.
    identity += `${name} ${text.length} ${text}`;
  }
  return identity;
}

function isStandardCopy({ call, ret }: Event): boolean {
  return (call === 'dup' || call === 'fcntl') && ret !== undefined && ret <= 2;
}

const countedColumns: ReadonlySet<string> = new Set([
  'seq',
  'at_ns',
  'last_ns',
  'dur_ns',
  'times',
  'ret',
  'bytes',
  'source_offset',
  'source_length',
]);
