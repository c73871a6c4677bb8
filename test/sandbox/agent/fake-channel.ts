import { PassThrough } from 'node:stream';
import type { GuestChannel, GuestExit } from '../../../src/sandbox/agent/channel.ts';

/** What a fake program does with its streams; its promise is its end. */
export type FakeProgram = (streams: {
  readonly argv: readonly string[];
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
}) => Promise<GuestExit>;

/** A channel to a guest that is a function. `killed` counts the programs that were ended from outside. */
export function createFakeChannel(program: FakeProgram): GuestChannel & { readonly killed: () => number } {
  let killed = 0;
  return {
    killed: () => killed,
    exec(argv, signal) {
      const stdin = new PassThrough();
      const stdout = new PassThrough();
      let end = (_exit: GuestExit) => {};
      const ended = new Promise<GuestExit>(resolve => {
        end = resolve;
      });
      const kill = () => {
        killed += 1;
        stdout.destroy();
        end({ code: null, signal: null });
      };
      signal.addEventListener('abort', kill);
      const own = program({ argv, stdin, stdout }).then(exit => {
        stdout.end();
        return exit;
      });
      const closed = Promise.race([own, ended]);
      return Promise.resolve({
        ...{ stdin, stdout, closed, kill },
        stderrText: () => 'agent: complaint',
        isStderrCut: () => false,
      });
    },
  };
}

/** The nonce in a request, which stands right after its length, version and tag. */
export function nonceOf(request: Uint8Array): Uint8Array {
  const at = Buffer.from(request).indexOf(Buffer.from([0x12, 0x10]));
  return request.subarray(at + 2, at + 18);
}
