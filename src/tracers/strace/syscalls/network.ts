import type { SyscallTable } from './row.ts';

/** Calls on sockets. `send` and its kin on anything else do not exist, so these are always the network's. */
export const network = {
  socket: { family: 'net', kind: 'net.socket', keep: 'all', effect: 'socket' },
  socketpair: { family: 'net', kind: 'net.socket', keep: 'all', effect: 'new-pair' },
  connect: {
    family: 'net',
    kind: 'net.connect',
    descriptor: 0,
    address: 1,
    side: 'remote',
    effect: 'connect',
  },
  bind: { family: 'net', kind: 'net.bind', descriptor: 0, address: 1, side: 'local', effect: 'bind' },
  listen: { family: 'net', kind: 'net.listen', descriptor: 0 },
  accept: { family: 'net', kind: 'net.accept', address: 1, side: 'remote', effect: 'accept' },
  accept4: { family: 'net', kind: 'net.accept', address: 1, side: 'remote', effect: 'accept' },
  send: { family: 'net', kind: 'net.send', descriptor: 0, payload: 1, bytes: 'returned' },
  sendto: {
    family: 'net',
    kind: 'net.send',
    descriptor: 0,
    address: 4,
    side: 'remote',
    payload: 1,
    bytes: 'returned',
  },
  sendmsg: { family: 'net', kind: 'net.send', descriptor: 0, message: 1, bytes: 'returned' },
  sendmmsg: { family: 'net', kind: 'net.send', descriptor: 0, message: 1, keep: 2 },
  recv: { family: 'net', kind: 'net.recv', descriptor: 0, bytes: 'returned' },
  recvfrom: { family: 'net', kind: 'net.recv', descriptor: 0, address: 4, side: 'remote', bytes: 'returned' },
  recvmsg: { family: 'net', kind: 'net.recv', descriptor: 0, message: 1, bytes: 'returned' },
  recvmmsg: { family: 'net', kind: 'net.recv', descriptor: 0, message: 1, keep: 2 },
  recvmmsg_time64: { family: 'net', kind: 'net.recv', descriptor: 0, message: 1, keep: 2 },
} as const satisfies SyscallTable;
