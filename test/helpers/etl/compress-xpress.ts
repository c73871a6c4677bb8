const WINDOW = 8192;

/** Plain LZ77 as Windows writes it: greedy, so long runs use every width of length that the format has. */
export function compressXpress(input: Uint8Array): Uint8Array {
  const output: number[] = [];
  let flagAt = -1;
  let bits = 0;
  let half = -1;
  const emit = (...bytes: readonly number[]) => {
    for (const value of bytes) output.push(value & 0xff);
  };
  const flag = (isMatch: boolean) => {
    if (bits === 0) {
      flagAt = output.length;
      emit(0, 0, 0, 0);
      bits = 32;
    }
    bits -= 1;
    if (!isMatch) return;
    const at = flagAt + (bits >> 3);
    output[at] = (output[at] ?? 0) | (1 << (bits & 7));
  };
  const nibble = (value: number) => {
    if (half < 0) {
      half = output.length;
      emit(value);
      return;
    }
    output[half] = (output[half] ?? 0) | (value << 4);
    half = -1;
  };
  for (let at = 0; at < input.length; ) {
    const { distance, length } = longestMatch(input, at);
    if (length < 3) {
      flag(false);
      emit(input[at] ?? 0);
      at += 1;
      continue;
    }
    flag(true);
    const rest = length - 3;
    const word = ((distance - 1) << 3) | Math.min(rest, 7);
    emit(word, word >> 8);
    if (rest >= 7) nibble(Math.min(rest - 7, 15));
    if (rest >= 22) emit(Math.min(rest - 22, 255));
    if (rest >= 277) {
      if (rest < 0x10000) emit(rest, rest >> 8);
      else emit(0, 0, rest, rest >> 8, rest >> 16, rest >> 24);
    }
    at += length;
  }
  return Uint8Array.from(output);
}

function longestMatch(input: Uint8Array, at: number): { distance: number; length: number } {
  let best = { distance: 0, length: 0 };
  for (let distance = 1; distance <= Math.min(at, WINDOW); distance += 1) {
    let length = 0;
    while (at + length < input.length && input[at + length] === input[at + length - distance]) length += 1;
    if (length > best.length) best = { distance, length };
    if (at + best.length === input.length) break;
  }
  return best;
}
