import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * From here on the process dies of SIGKILL at the `last`th call of Node that changes the disk: before it, or, where it
 * writes a whole file, when half of that is there. What the engine writes by itself is not counted.
 */
export async function killAtWrite(last: number): Promise<void> {
  await using handle = await fs.promises.open('/dev/null');
  let calls = 0;
  const count = (target: object, name: string, dataAt?: number) => {
    const call: unknown = Reflect.get(target, name);
    if (typeof call !== 'function') throw new Error(`Node has no ${name} any more`);
    Reflect.set(target, name, function (this: unknown, ...given: unknown[]) {
      const isReading = name === 'open' && given[1] === 'r';
      if (!isReading) calls += 1;
      if (isReading || calls !== last) return Reflect.apply(call, this, given);
      if (dataAt === undefined) return die();
      return Reflect.apply(call, this, given.with(dataAt, half(given[dataAt]))).then(die);
    });
  };
  for (const name of changing) count(fs.promises, name);
  count(fs.promises, 'writeFile', 1);
  count(Object.getPrototypeOf(handle), 'writeFile', 0);
  for (const name of askedByStreams) count(fs, name);
  syncBuiltinESMExports();
}

const changing = 'appendFile copyFile link mkdir open rename rm rmdir symlink truncate unlink'.split(' ');
const askedByStreams = ['open', 'write', 'writev'];

function half(data: unknown): unknown {
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) throw new Error('neither a text nor bytes');
  return data.slice(0, data.length / 2);
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
