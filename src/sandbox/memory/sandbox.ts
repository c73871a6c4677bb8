import type { EvidenceFrame, TracedCommand } from '../../model/evidence.ts';
import { linuxPlaces } from '../../model/places.ts';
import type { PackageIndex, Sandbox, Session, TreeEntry } from '../../model/ports.ts';
import type { PlatformId } from '../../model/run.ts';
import { indexUrl } from '../agent/index-listener.ts';

/** What a session in memory has: the behaviour reads and changes it. */
export interface MemoryGuest {
  readonly files: Map<string, Uint8Array>;
  /** The index, while it is served. */
  index: PackageIndex | undefined;
}

/** What a command does: the frames it gives, which it may take its time for. `signal` is its end. */
export type Behave = (
  command: TracedCommand,
  guest: MemoryGuest,
  signal: AbortSignal,
) => Iterable<EvidenceFrame> | AsyncIterable<EvidenceFrame>;

const user = 'robin';
const home = `/home/${user}`;

/** Sandboxes without a machine, for tests of what uses one: a function plays the guest. */
export function createMemorySandbox(behave: Behave): Sandbox {
  return {
    restore(platform, signal) {
      signal.throwIfAborted();
      return Promise.resolve(createSession(platform, behave));
    },
  };
}

function createSession(platform: PlatformId, behave: Behave): Session {
  const guest: MemoryGuest = { files: new Map(), index: undefined };
  const disposed = new AbortController();
  return {
    machine: {
      backend: 'memory',
      platform,
      image: '0'.repeat(64),
      accelerator: 'none',
      boundary: 'weak',
      hostname: 'memory',
      user,
      home,
    },
    places: linuxPlaces(user, home),
    put(name, bytes, signal) {
      signal.throwIfAborted();
      guest.files.set(`/inbox/${name}`, bytes);
      return Promise.resolve();
    },
    run: (command, signal) =>
      play(command, { behave, guest, signal: AbortSignal.any([signal, disposed.signal]) }),
    listTree(signal) {
      signal.throwIfAborted();
      const paths = [...guest.files.keys()].sort();
      return Promise.resolve(paths.map(path => toEntry(path, guest.files.get(path))));
    },
    serveIndex(index, signal) {
      signal.throwIfAborted();
      guest.index = index;
      const stop = () => {
        guest.index = undefined;
        return Promise.resolve();
      };
      return Promise.resolve({ url: indexUrl, [Symbol.asyncDispose]: stop });
    },
    [Symbol.asyncDispose]() {
      disposed.abort();
      return Promise.resolve();
    },
  };
}

/** Holds a behaviour to what a session promises: exactly one `bye` or `lost`, last; aborting ends it. */
async function* play(
  command: TracedCommand,
  scene: { readonly behave: Behave; readonly guest: MemoryGuest; readonly signal: AbortSignal },
): AsyncGenerator<EvidenceFrame> {
  if (!scene.signal.aborted) {
    for await (const frame of scene.behave(command, scene.guest, scene.signal)) {
      if (scene.signal.aborted) break;
      yield frame;
      if (frame.kind === 'bye' || frame.kind === 'lost') return;
    }
  }
  yield { kind: 'lost', reason: scene.signal.aborted ? 'aborted' : 'the behaviour ended without a trailer' };
}

function toEntry(path: string, bytes: Uint8Array | undefined): TreeEntry {
  return { path, type: 'file', bytes: bytes?.length ?? 0, mode: 0o644, uid: 1000, gid: 1000, ctime_ns: 0n };
}
