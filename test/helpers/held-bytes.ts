import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How many bytes of the heap are in use because of what `make` gives. */
export function heldBytes(make: () => unknown): number {
  const before = usedBytes();
  const made = make();
  const held = usedBytes() - before;
  // Used after the measurement: until then it cannot be collected.
  return made === undefined ? 0 : held;
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
