import { kernelClasses } from '../container/kernel-groups.ts';
import type { FieldType, Layout } from '../fields/layout.ts';
import { type EventRow, KERNEL, type Provider, row, rowSince } from './provider.ts';

// Classes TcpIp and UdpIp of the MSNT_SystemTrace MOF, and the provider Microsoft-Windows-Kernel-Network, which
// writes the same with 32-bit connection ids. `saddr`/`sport` are the local side, of what was received too.

/** The two ends of a connection, with addresses of one family. */
function ends(address: FieldType): Layout {
  return { PID: 'u32', size: 'u32', daddr: address, saddr: address, dport: 'port', sport: 'port' };
}

const options: Layout = {
  mss: 'u16',
  sackopt: 'u16',
  tsopt: 'u16',
  wsopt: 'u16',
  rcvwin: 'u32',
  rcvwinscale: 'i16',
  sndwinscale: 'i16',
};

/** The layouts of one address family; `connection` is the type of a connection's id. */
function layouts(address: FieldType, connection: FieldType) {
  const tail: Layout = { seqnum: 'u32', connid: connection };
  return {
    plain: { ...ends(address), ...tail },
    sent: { ...ends(address), startime: 'u32', endtime: 'u32', ...tail },
    connected: { ...ends(address), ...options, ...tail },
  } as const;
}

const old: Layout = {
  daddr: 'ip4',
  saddr: 'ip4',
  dport: 'port',
  sport: 'port',
  size: 'u32',
  PID: 'u32',
};
const v4 = layouts('ip4', 'pointer');
const v6 = layouts('ip6', 'pointer');

function classicV4(event: string, layout: Layout): EventRow {
  return rowSince(event, { 0: old, 1: ends('ip4'), 2: layout });
}

const tcpIp: Provider = {
  name: KERNEL,
  guid: kernelClasses.tcpIp,
  events: {
    10: classicV4('TcpIp/Send', v4.sent),
    11: classicV4('TcpIp/Recv', v4.plain),
    12: classicV4('TcpIp/Connect', v4.connected),
    13: classicV4('TcpIp/Disconnect', v4.plain),
    14: classicV4('TcpIp/Retransmit', v4.plain),
    15: classicV4('TcpIp/Accept', v4.connected),
    16: classicV4('TcpIp/Reconnect', v4.plain),
    17: rowSince('TcpIp/Fail', { 0: { Proto: 'u32' }, 2: { Proto: 'u16', FailureCode: 'u16' } }),
    18: classicV4('TcpIp/TCPCopy', v4.plain),
    26: row('TcpIp/SendIPV6', v6.sent),
    27: row('TcpIp/RecvIPV6', v6.plain),
    28: row('TcpIp/ConnectIPV6', v6.connected),
    29: row('TcpIp/DisconnectIPV6', v6.plain),
    30: row('TcpIp/RetransmitIPV6', v6.plain),
    31: row('TcpIp/AcceptIPV6', v6.connected),
    32: row('TcpIp/ReconnectIPV6', v6.plain),
    34: row('TcpIp/TCPCopyIPV6', v6.plain),
  },
};

const udpIp: Provider = {
  name: KERNEL,
  guid: kernelClasses.udpIp,
  events: {
    10: classicV4('UdpIp/Send', v4.plain),
    11: classicV4('UdpIp/Recv', v4.plain),
    17: rowSince('UdpIp/Fail', { 0: { Proto: 'u32' }, 2: { Proto: 'u16', FailureCode: 'u16' } }),
    26: row('UdpIp/SendIPV6', v6.plain),
    27: row('UdpIp/RecvIPV6', v6.plain),
  },
};

const m4 = layouts('ip4', 'u32');
const m6 = layouts('ip6', 'u32');
const failure: Layout = { Proto: 'u16', FailureCode: 'u16' };

const kernelNetworkProvider: Provider = {
  name: 'Microsoft-Windows-Kernel-Network',
  guid: '7dd42a49-5329-4832-8dfd-43d979153a88',
  events: {
    10: row('TCPIP/Datasent', m4.sent),
    11: row('TCPIP/Datareceived', m4.plain),
    12: row('TCPIP/Connectionattempted', m4.connected),
    13: row('TCPIP/Disconnectissued', m4.plain),
    14: row('TCPIP/Dataretransmitted', m4.plain),
    15: row('TCPIP/Connectionaccepted', m4.connected),
    16: row('TCPIP/Reconnectattempted', m4.plain),
    17: row('TCPIP/Connectionattemptfailed', failure),
    18: row('TCPIP/Datacopied', m4.plain),
    26: row('TCPIP/Datasent', m6.sent),
    27: row('TCPIP/Datareceived', m6.plain),
    28: row('TCPIP/Connectionattempted', m6.connected),
    29: row('TCPIP/Disconnectissued', m6.plain),
    30: row('TCPIP/Dataretransmitted', m6.plain),
    31: row('TCPIP/Connectionaccepted', m6.connected),
    32: row('TCPIP/Reconnectattempted', m6.plain),
    34: row('TCPIP/Datacopied', m6.plain),
    42: row('UDPIP/Datasent', m4.plain),
    43: row('UDPIP/Datareceived', m4.plain),
    49: row('UDPIP/Connectionattemptfailed', failure),
    58: row('UDPIP/Datasent', m6.plain),
    59: row('UDPIP/Datareceived', m6.plain),
  },
};

export const kernelNetwork: readonly Provider[] = [tcpIp, udpIp, kernelNetworkProvider];
