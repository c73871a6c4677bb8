const letters = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** Quotes bytes as strace does: escapes of C, or the shortest octal that is not ambiguous; or all in hexadecimal. */
export function quote(bytes: Uint8Array, style: 'shortest' | 'hex', alsoEscaped = ''): string {
  return [...bytes]
    .map((byte, index) => (style === 'hex' ? hex(byte) : escaped(byte, bytes[index + 1])))
    .join('');

  function escaped(byte: number, next: number | undefined): string {
    const character = String.fromCharCode(byte);
    const letter = letters.get(byte);
    if (letter !== undefined) return letter;
    if (byte >= 0x20 && byte <= 0x7e && !alsoEscaped.includes(character)) return character;
    const isAmbiguous = next !== undefined && next >= 0x30 && next <= 0x37;
    return `\\${byte.toString(8).padStart(isAmbiguous ? 3 : 1, '0')}`;
  }
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
