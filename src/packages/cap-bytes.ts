import { UserError } from '../base/user-error.ts';

/** Lets at most `limit` bytes through; one more is an error that names `what` they are of. */
export function capBytes(limit: number, what: string): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > limit) controller.error(new UserError(`${what}: more than the limit of ${limit} bytes`));
      else controller.enqueue(chunk);
    },
  });
}
