/** `127.0.0.1`; empty when there are not four bytes. */
export function formatIpv4(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : '';
}

/** As RFC 5952 wants it: lower case, the longest run of zeros as `::`; empty when there are not 16 bytes. */
export function formatIpv6(bytes: Uint8Array): string {
  if (bytes.length !== 16) return '';
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  const { from, length } = longestZeros(groups);
  const spell = (part: readonly number[]) => part.map(group => group.toString(16)).join(':');
  if (length < 2) return spell(groups);
  if (from === 0 && length === 5 && groups[5] === 0xffff) return `::ffff:${formatIpv4(bytes.subarray(12))}`;
  return `${spell(groups.slice(0, from))}::${spell(groups.slice(from + length))}`;
}

function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let best = { from: 0, length: 0 };
  for (let from = 0; from < groups.length; from += 1) {
    let length = 0;
    while (groups[from + length] === 0) length += 1;
    if (length > best.length) best = { from, length };
  }
  return best;
}
