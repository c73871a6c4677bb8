import type { Event, EventFlag, EventKind, FileEvent } from '../../model/event.ts';
import type { TreeEntry } from '../../model/ports.ts';
import type { Change, Difference } from './differences.ts';

/**
 * What the trace says of a difference: it explains it, or not all is known and nothing is judged; nothing that was traced
 * can have done it; or nothing of the task's, but others go on beside it on that machine.
 */
export type Standing = 'explained' | 'unexplained' | 'unattributed';

/** A difference, and whether what was traced explains it. */
export interface DiskChange {
  readonly difference: Difference;
  readonly standing: Standing;
  /** It was there before the task's command began. */
  readonly isEarlier: boolean;
}

/** Where an event of the disk stands. */
export interface DiskEventPlace {
  readonly seq: number;
  readonly atNs: number;
  readonly isTimeKnown: boolean;
}

/** What the disk shows, as an event: no process of it is known. */
export function diskEvent(change: DiskChange, { seq, atNs, isTimeKnown }: DiskEventPlace): Event {
  const { difference } = change;
  const { path, after, before } = difference;
  const entry = after ?? before;
  const flags = flagsOf(change, isTimeKnown);
  const common = {
    seq,
    at_ns: atNs,
    proc: 0,
    pid: 0,
    tid: 0,
    path,
    ...(after?.type === 'file' ? { bytes: after.bytes } : {}),
    args: describe(change),
    origin: 'disk',
    ...(flags.length === 0 ? {} : { flags }),
  } as const;
  // No file event: rules would hold it against the package.
  if (change.standing === 'unattributed')
    return { ...common, kind: 'meta.note', call: 'unattributed-change' };
  return {
    ...common,
    kind: kindOf(difference),
    call: difference.change,
    ...(after?.target === undefined ? {} : { path2: after.target }),
    ...(entry === undefined ? {} : { mode: entry.mode }),
  };
}

const kinds: Readonly<Record<Change, EventKind & FileEvent['kind']>> = {
  created: 'file.create',
  deleted: 'file.delete',
  content: 'file.write',
  mode: 'file.chmod',
  owner: 'file.chown',
  target: 'file.symlink',
};

function kindOf({ change, after }: Difference): FileEvent['kind'] {
  return change === 'created' && after?.type === 'symlink' ? 'file.symlink' : kinds[change];
}

function flagsOf(change: DiskChange, isTimeKnown: boolean): readonly EventFlag[] {
  const flags: EventFlag[] = [];
  if (change.standing === 'unexplained') flags.push('unexplained');
  if (!change.difference.isHashed) flags.push('not-hashed');
  if (!isTimeKnown) flags.push('approximate-time');
  return flags;
}

/** `content: 12 bytes, sha256 ab... -> 15 bytes, sha256 cd...`. */
function describe({ difference, isEarlier }: DiskChange): string {
  const { change, before, after } = difference;
  const states = [before, after].filter(entry => entry !== undefined).map(entry => stateOf(entry, change));
  const when = isEarlier ? ', before the command began' : '';
  return `${change}: ${states.join(' -> ')}${when}`;
}

function stateOf(entry: TreeEntry, change: Change): string {
  switch (change) {
    case 'mode':
      return `0${entry.mode.toString(8)}`;
    case 'owner':
      return `${entry.uid}:${entry.gid}`;
    case 'target':
      return entry.target ?? '';
    default:
      return entry.type === 'file'
        ? `${entry.bytes} bytes, sha256 ${entry.sha256 ?? 'not known'}`
        : entry.type;
  }
}
