import { hasDots, normalizePath } from '../../base/posix-path.ts';
import type { Event, EventKind, NamingKind } from '../../model/event.ts';
import type { Links } from './links.ts';
import { changeNames, type NameColumn } from './walked-names.ts';

/** As many roots of processes one behind the other as a name is told from. */
const maxProcessRoots = 8;

type End = 'followed' | 'kept';

/**
 * An event by the places that its names lead to. An open is told by what was opened; of a rename, a link, a new name or
 * an address the tracer shows only what it was given, which may go through a link: `/tmp/x/id_rsa` where `/tmp/x` is
 * `~/.ssh`. A started program keeps the name it was started by, and has its place beside it.
 */
export function resolveNames(event: Event, links: Links): Event {
  if (event.origin !== 'kernel') return event;
  const ends = endsOf(event);
  const told = changeNames(event, (name, column) => {
    const end = ends[column];
    // What no row speaks of was walked all the same: behind a link `..` leads elsewhere than the text says.
    return end === undefined && !hasDots(name) ? name : placeOf(name, end ?? 'kept', links);
  });
  if (told.kind !== 'process.exec' || told.ok === false || told.path?.startsWith('/') !== true) return told;
  const program = placeOf(told.path, 'followed', links);
  return program === told.path ? told : { ...told, path2: program };
}

type Ends = Readonly<Partial<Record<NameColumn, End>>>;

/** Calls about names themselves, and addresses, which are told also when nobody answers there. */
function endsOf({ kind, ok, args }: Event): Ends {
  const isLinkMeant = kind !== 'file.link' || args?.includes('AT_SYMLINK_FOLLOW') !== true;
  const ends = isLinkMeant ? followedNames[kind] : followedLink;
  const isTold = ok !== false || kind.startsWith('net.');
  return (isTold ? ends : undefined) ?? none;
}

const none: Ends = {};
const followedLink: Ends = { path: 'followed', path2: 'kept' };
/** A new kind has to say. `none` keeps the name it was given: mostly a descriptor's, which is the place already. */
const followedNames: Readonly<Partial<Record<EventKind, Ends>> & Record<NamingKind, Ends>> = {
  'file.rename': { path: 'kept', path2: 'kept' },
  'file.link': { path: 'kept', path2: 'kept' },
  'file.symlink': { path: 'kept' },
  'file.create': { path: 'kept' },
  'file.delete': { path: 'kept' },
  'net.connect': { path: 'followed' },
  'net.send': { path: 'followed' },
  'file.open': none,
  'file.read': none,
  'file.write': none,
  'file.chmod': none,
  'file.chown': none,
  'file.attribute': none,
  'file.truncate': none,
  'file.stat': none,
  'file.access': none,
  'file.readlink': none,
  'file.list': none,
  'file.mount': none,
  'file.map': none,
  'file.chdir': none,
  'net.socket': none,
  'net.bind': none,
  'net.listen': none,
  'net.accept': none,
  'net.recv': none,
  'net.dns': none,
  'net.http': none,
  'net.tls': none,
};

/** The place that an absolute name leads to, told from the root; what leads in circles is told by its text. */
export function placeOf(name: string, end: End, links: Links): string {
  let place = links.follow(name, end);
  for (let round = 0; round < maxProcessRoots && place !== undefined; round += 1) {
    if (!rootOfAProcess.test(place)) break;
    place = links.follow(place.replace(rootOfAProcess, ''), end);
  }
  return place ?? normalizePath(name);
}

/** `/proc/self/root/etc`: nearly always `/etc`. */
const rootOfAProcess = /^(?:\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?\/root(?=\/))+/;
