/**
 * Expands plain LZ77 of MS-XCA ("XPRESS", without Huffman), 2.4: 32 flag bits at a time, the highest first; 0 is a
 * literal, 1 a match of distance and length. Returns whether the input filled all of `output`, and no more.
 */
export function expandXpress(input: Uint8Array, output: Uint8Array): boolean {
  const state: State = { input, at: 0, nibbleAt: -1, length: 0, output, written: 0 };
  while (state.written < output.length) {
    if (state.at + 4 > input.length) return false;
    const flags = u16(input, state.at) | (u16(input, state.at + 2) << 16);
    state.at += 4;
    if (!expandGroup(state, flags)) return false;
  }
  return true;
}

interface State {
  readonly input: Uint8Array;
  at: number;
  /** A half byte that was left over from the last long match: the next one uses it. */
  nibbleAt: number;
  /** Of the match that was read last. */
  length: number;
  readonly output: Uint8Array;
  written: number;
}

function expandGroup(state: State, flags: number): boolean {
  const { input, output } = state;
  for (let bit = 31; bit >= 0 && state.written < output.length; bit -= 1) {
    if (((flags >>> bit) & 1) !== 0) {
      if (!expandMatch(state)) return false;
    } else {
      if (state.at >= input.length) return false;
      output[state.written] = byte(input, state.at);
      state.at += 1;
      state.written += 1;
    }
  }
  return true;
}

function expandMatch(state: State): boolean {
  const { input, output, written } = state;
  if (state.at + 2 > input.length) return false;
  const word = u16(input, state.at);
  state.at += 2;
  const distance = (word >>> 3) + 1;
  if (!readLength(state, word & 7)) return false;
  if (distance > written || state.length > output.length - written) return false;
  copy(output, written, distance, state.length);
  state.written += state.length;
  return true;
}

const SHORTEST = 3;

/** A length is 3 bits, then 4, then 8, then 16, then 32: each width's highest value says that the next follows. */
function readLength(state: State, low: number): boolean {
  if (low < 7) {
    state.length = low + SHORTEST;
    return true;
  }
  const nibble = readNibble(state);
  if (nibble < 0) return false;
  if (nibble < 15) {
    state.length = nibble + 7 + SHORTEST;
    return true;
  }
  if (state.at >= state.input.length) return false;
  const wide = byte(state.input, state.at);
  state.at += 1;
  if (wide < 255) {
    state.length = wide + 15 + 7 + SHORTEST;
    return true;
  }
  return readWideLength(state);
}

/** The wide ones hold the whole length, the narrow ones what is beyond the width before. */
function readWideLength(state: State): boolean {
  const { input } = state;
  if (state.at + 2 > input.length) return false;
  let length = u16(input, state.at);
  state.at += 2;
  if (length === 0) {
    if (state.at + 4 > input.length) return false;
    length = u16(input, state.at) + u16(input, state.at + 2) * 0x10000;
    state.at += 4;
  }
  state.length = length + SHORTEST;
  return length >= 15 + 7;
}

function readNibble(state: State): number {
  if (state.nibbleAt >= 0) {
    const high = byte(state.input, state.nibbleAt) >>> 4;
    state.nibbleAt = -1;
    return high;
  }
  if (state.at >= state.input.length) return -1;
  state.nibbleAt = state.at;
  state.at += 1;
  return byte(state.input, state.nibbleAt) & 15;
}

/** A match may overlap what it writes: distance 1 repeats one byte. */
function copy(output: Uint8Array, at: number, distance: number, length: number): void {
  if (distance >= length) {
    output.copyWithin(at, at - distance, at - distance + length);
    return;
  }
  for (let index = at; index < at + length; index += 1) output[index] = byte(output, index - distance);
}

function u16(input: Uint8Array, at: number): number {
  return byte(input, at) | (byte(input, at + 1) << 8);
}

function byte(input: Uint8Array, at: number): number {
  return input[at] ?? 0;
}
