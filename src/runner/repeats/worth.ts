import type { EventKind } from '../../model/event.ts';

/**
 * What a flood of a kind may be turned into. `vital`: each is kept. `valuable`: the first of its like is kept, always.
 * `cheap`: when there are too many that differ, they are counted by call.
 */
export type Worth = 'vital' | 'valuable' | 'cheap';

/** Calls that only ask, or only change the caller's own memory, are cheap: nothing leaves or changes by them. */
export const worth = {
  'process.fork': 'vital',
  'process.exec': 'vital',
  'process.found': 'vital',
  'process.exit': 'vital',
  'process.signal': 'valuable',
  'process.setid': 'valuable',
  'process.ptrace': 'vital',
  'file.open': 'valuable',
  'file.read': 'valuable',
  'file.write': 'valuable',
  'file.create': 'valuable',
  'file.delete': 'valuable',
  'file.rename': 'valuable',
  'file.link': 'valuable',
  'file.symlink': 'valuable',
  'file.chmod': 'valuable',
  'file.chown': 'valuable',
  'file.attribute': 'valuable',
  'file.truncate': 'valuable',
  'file.stat': 'cheap',
  'file.access': 'cheap',
  'file.readlink': 'cheap',
  'file.list': 'cheap',
  'file.mount': 'vital',
  'file.map': 'cheap',
  'file.chdir': 'valuable',
  'net.socket': 'valuable',
  'net.connect': 'vital',
  'net.bind': 'vital',
  'net.listen': 'vital',
  'net.accept': 'vital',
  'net.send': 'valuable',
  'net.recv': 'valuable',
  'net.dns': 'vital',
  'net.http': 'vital',
  'net.tls': 'vital',
  'registry.open': 'cheap',
  'registry.create': 'vital',
  'registry.query': 'cheap',
  'registry.set': 'vital',
  'registry.delete': 'vital',
  'memory.map': 'cheap',
  'memory.protect': 'cheap',
  'memory.write': 'vital',
  'module.load': 'valuable',
  'meta.lost': 'vital',
  'meta.note': 'vital',
  'meta.hint': 'vital',
  // By name it may be anything, `io_uring_setup` too.
  raw: 'valuable',
} as const satisfies Readonly<Record<EventKind, Worth>>;
