/** Minimising has to end too, also when what fails is slow. */
const MAX_TRIES = 5000;
const MAX_MS = 30_000;

/** Leaves out whatever can be left out of `bytes` while `fails` still holds: halves first, single bytes last. */
export function minimize(bytes: Uint8Array, fails: (bytes: Uint8Array) => boolean): Uint8Array {
  let smallest = bytes;
  let tries = 0;
  const until = performance.now() + MAX_MS;
  const isOver = () => tries >= MAX_TRIES || performance.now() > until;
  for (let size = Math.ceil(bytes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length && !isOver(); tries += 1) {
      const without = Uint8Array.from([...smallest.subarray(0, at), ...smallest.subarray(at + size)]);
      if (without.length > 0 && fails(without)) smallest = without;
      else at += size;
    }
  }
  return smallest;
}
