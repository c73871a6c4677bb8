import { detachText } from '../../base/detach-text.ts';
import { hasDots } from '../../base/posix-path.ts';
import type { Event } from '../../model/event.ts';
import type { ParserCap } from '../../model/trace.ts';
import type { Call } from './events/call.ts';
import { addressAt, protocolOf } from './events/net-event.ts';
import type { Socket, Target } from './grammar/descriptor.ts';
import type { Address } from './grammar/sockaddr.ts';
import { eachItem } from './grammar/values.ts';
import type { Inheritance } from './state/processes.ts';
import type { Effect } from './syscalls/row.ts';

/**
 * The longest name of a current folder that leads back behind what nobody can follow, a link of the kernel's; from there
 * on it is a guess.
 */
export const MAX_FOLDER = 4096;

/** A call that succeeded, what it was described as, and whom to ask and tell. */
export interface Happened {
  readonly call: Call;
  readonly event: Event;
  readonly returned: number;
  readonly onCap: (cap: ParserCap) => void;
  /** Where a path leads, as far as is known. */
  readonly follow: (path: string) => string;
}

/** Changes what is known of a process as a call says. */
export function applyEffect(effect: Effect, happened: Happened): void {
  effects[effect](happened);
}

/** What the child of `fork`, `clone({flags=...})` or `clone3` shares with its maker. */
export function inheritanceOf(call: Call): Inheritance {
  const flags = call.text.arguments();
  return {
    thread: flags.includes('CLONE_THREAD'),
    folder: flags.includes('CLONE_FS'),
    descriptors: flags.includes('CLONE_FILES'),
  };
}

/**
 * The child's process id as the tracer counts them: `= 5 / * 1234 in strace's PID NS * /` inside a namespace.
 */
export function childOf(call: Call): number | undefined {
  const { value, ok, start, end } = call.result;
  if (ok !== true || value === undefined || value <= 0) return undefined;
  const outside = /\/\* (\d{1,9}) in strace's PID NS \*\//.exec(call.text.page.text.slice(start, end));
  return outside?.[1] === undefined ? value : Number(outside[1]);
}

const effects: Readonly<Record<Effect, (happened: Happened) => void>> = {
  // These three change which processes there are: CallTracker sees to it before the call is described.
  fork: () => {},
  exit: () => {},
  'exit-group': () => {},
  open: happened => {
    const { call, event, returned } = happened;
    const isTold = call.result.decoration >= 0 && call.returnedTarget()?.literal === undefined;
    if (isTold || !('path' in event)) forget(happened, returned);
    else remember(happened, returned, event.path === undefined ? {} : { path: detachText(event.path) });
  },
  close: happened => forget(happened, happened.call.descriptor(0) ?? -1),
  'close-range': ({ call }) => {
    if (call.text.argument(2).includes('CLOSE_RANGE_CLOEXEC')) return;
    call.thread.process.descriptors.deleteRange(numberAt(call, 0), numberAt(call, 1));
  },
  duplicate: happened => copy(happened, happened.call.descriptor(0) ?? -1),
  control: happened => {
    const { call } = happened;
    const command = call.text.argument(1);
    const descriptor = call.descriptor(0) ?? -1;
    if (command.startsWith('F_DUPFD')) copy(happened, descriptor);
    else if (command === 'F_SETFD') remember(happened, descriptor, call.remembered(descriptor));
  },
  'new-descriptor': happened => forget(happened, happened.returned),
  'new-pair': happened => forgetPair(happened),
  socket: happened => {
    const { call, returned } = happened;
    const proto = protocolOf(call.text.argument(0), call.text.argument(1));
    remember(happened, returned, { socket: { proto } });
  },
  connect: happened => amendSocket(happened, 'remote'),
  bind: happened => amendSocket(happened, 'local'),
  accept: happened => {
    const { call, returned } = happened;
    const proto = call.remembered(call.descriptor(0) ?? -1)?.socket?.proto;
    const address = addressAt(call, 1);
    const end = address === undefined ? {} : endOf(address, 'remote');
    remember(happened, returned, { socket: { ...(proto === undefined ? {} : { proto }), ...end } });
  },
  'change-folder': ({ call, event, follow }) => {
    const { folder } = call.thread;
    const path = 'path' in event && event.path !== undefined ? follow(event.path) : undefined;
    const isEndless = path !== undefined && hasDots(path) && path.length > MAX_FOLDER;
    // Where nobody could read: it is no longer where it was.
    if (!isEndless) folder.path = path === undefined ? undefined : detachText(path);
    folder.isGuess = path === undefined || isEndless || call.flags.includes('guessed-path');
  },
  'learn-folder': ({ call }) => {
    const path = call.string(0);
    const { folder } = call.thread;
    if (path?.startsWith('/') !== true) return;
    if (path !== folder.path) folder.path = detachText(path);
    folder.isGuess = false;
  },
  unshare: ({ call }) => {
    const flags = call.text.argument(0);
    const { thread } = call;
    // A namespace of mounts, or of users, is for threads that share no folder: Linux parts them (ksys_unshare).
    if (/CLONE_(?:FS|NEWNS|NEWUSER)\b/.test(flags)) thread.folder = { ...thread.folder };
    if (flags.includes('CLONE_FILES')) thread.process.descriptors = thread.process.descriptors.fork();
  },
  exec: ({ call }) => call.thread.process.descriptors.closeOnExec(),
};

function remember({ call, onCap }: Happened, descriptor: number, target: Target | undefined): void {
  if (descriptor < 0 || target === undefined) return;
  const closeOnExec = call.text.arguments().includes('CLOEXEC');
  const hasRoom = call.thread.process.descriptors.set(descriptor, target, closeOnExec);
  if (!hasRoom) onCap('too-many-descriptors');
}

function forget({ call }: Happened, descriptor: number): void {
  call.thread.process.descriptors.delete(descriptor);
}

/** The new descriptor, which the call returned, is what the old one is. */
function copy(happened: Happened, from: number): void {
  const target = happened.call.remembered(from);
  if (target === undefined) forget(happened, happened.returned);
  else remember(happened, happened.returned, target);
}

/** `pipe2([3<pipe:[8]>, 4<pipe:[8]>], O_CLOEXEC)`, `socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4])`. */
function forgetPair(happened: Happened): void {
  const { call } = happened;
  const list = call.text.argument(0).startsWith('[') ? 0 : 3;
  const span = call.span(list);
  if (span === undefined) return;
  eachItem(call.text.page, span, item => {
    forget(happened, Number.parseInt(call.text.page.text.slice(item.start, item.start + 10), 10));
    return false;
  });
}

/** An address given to a socket stays with it. */
function amendSocket(happened: Happened, side: 'local' | 'remote'): void {
  const { call, event } = happened;
  const descriptor = call.descriptor(0) ?? -1;
  const known = call.remembered(descriptor)?.socket;
  const address = addressAt(call, 1);
  if (known === undefined || address === undefined) return;
  const path = address.path !== undefined && 'path' in event ? event.path : undefined;
  const end = endOf(path === undefined ? address : { ...address, path }, side);
  remember(happened, descriptor, { socket: { ...known, ...end } });
}

function endOf({ host, port, path }: Address, side: 'local' | 'remote'): Socket {
  const letter = side === 'local' ? 'l' : 'r';
  return {
    ...(host === undefined ? {} : { [`${letter}addr`]: detachText(host) }),
    ...(port === undefined ? {} : { [`${letter}port`]: port }),
    ...(path === undefined ? {} : { path: detachText(path) }),
  };
}

/** `close_range(3, 4294967295, 0)`. */
function numberAt(call: Call, index: number): number {
  return Number.parseInt(call.text.argument(index), 10);
}
