import type { Layout } from '../fields/layout.ts';
import { type Provider, row } from './provider.ts';

// Microsoft-Windows-DNS-Client, as its manifest of Windows 10 has it. The header's pid of 3006 and 3008 is who asked.

const asked: Layout = { QueryName: 'wstr', QueryType: 'u32', QueryOptions: 'u64' };
const server: Layout = { AddressLength: 'u32', Address: 'sockaddr[AddressLength]' };
const ofServer: Layout = { QueryName: 'wstr', ...server };
const failure: Layout = { ErrorCode: 'u32', Location: 'u32', Context: 'u32' };

export const dnsClient: Provider = {
  name: 'Microsoft-Windows-DNS-Client',
  guid: '1c95126e-7eea-49a9-a3fe-a378b03ddb4d',
  events: {
    1000: row('DnsNoServerConfigV4', { Location: 'u32', Context: 'u32' }),
    1001: row('DnsServerForInterface', {
      Interface: 'wstr',
      TotalServerCount: 'u32',
      Index: 'u32',
      DynamicAddress: 'u8',
      ...server,
    }),
    1002: row('DnsServerQueryChange', { Interface: 'wstr', ...server }),
    1003: row('DnsServerValidationSuccess', server),
    1004: row('DnsServerValidationSuccessSystem', server),
    1005: row('DnsServerValidationFailure', server),
    1006: row('DnsServerValidationFailureSystem', server),
    1011: row('DnsHostFileError', failure),
    1013: row('DnsAllServersTimeout', ofServer),
    1014: row('DnsAllServersTimeoutSystem', ofServer),
    1015: row('DnsServerTimeout', ofServer),
    1016: row('DnsNameError', ofServer),
    1017: row('DnsAuthoritativeResponse', ofServer),
    1018: row('DnsLinkLocal', {
      ...ofServer,
      DnsAddressLength: 'u32',
      DnsAddress: 'sockaddr[DnsAddressLength]',
    }),
    1019: row('DnsNoServerConfigV6', { Location: 'u32', Context: 'u32' }),
    3000: row('QueryBegins', asked),
    3001: row('QueryEnds', { Status: 'u32' }),
    3002: row('CacheLookupBegins', asked),
    3003: row('CacheLookupEnds', { QueryName: 'wstr', QueryType: 'u32', Status: 'u32' }),
    3004: row('WireQueryBegins', asked),
    3005: row('WireQueryEnds', { QueryName: 'wstr', QueryType: 'u32', Status: 'u32' }),
    3006: row('QueryStarted', {
      ...asked,
      ServerList: 'wstr',
      IsNetworkQuery: 'u32',
      NetworkQueryIndex: 'u32',
      InterfaceIndex: 'u32',
      IsAsyncQuery: 'u32',
    }),
    3007: row('QueryCancelled', { QueryName: 'wstr' }),
    3008: row('QueryCompleted', { ...asked, QueryStatus: 'u32', QueryResults: 'wstr' }),
    3009: row('NetworkQueryStarted', {
      QueryName: 'wstr',
      IsParallelNetworkQuery: 'u32',
      NetworkIndex: 'u32',
      InterfaceCount: 'u32',
      AdapterName: 'wstr',
      LocalAddress: 'wstr',
      DNSServerAddress: 'wstr',
    }),
    3010: row('QuerySent', { QueryName: 'wstr', QueryType: 'u32', DnsServerIpAddress: 'wstr' }),
    3011: row('ResponseReceived', {
      QueryName: 'wstr',
      QueryType: 'u32',
      DnsServerIpAddress: 'wstr',
      ResponseStatus: 'u32',
    }),
    3012: row('MulticastQueryStarted', {
      QueryName: 'wstr',
      NetworkIndex: 'u32',
      InterfaceCount: 'u32',
      AdapterName: 'wstr',
      LocalAddress: 'wstr',
    }),
    3013: row('MulticastQueryCompleted', { QueryName: 'wstr', Status: 'u32', QueryResults: 'wstr' }),
    3014: row('NetbiosQueryStarted', { QueryName: 'wstr' }),
    3015: row('NetbiosQueryPending', { QueryName: 'wstr' }),
    3016: row('CacheLookupStarted', { ...asked, InterfaceIndex: 'u32' }),
    3018: row('CacheLookupCompleted', { ...asked, Status: 'u32', QueryResults: 'wstr' }),
    3019: row('QueryWireStarted', {
      QueryName: 'wstr',
      QueryType: 'u32',
      InterfaceIndex: 'u32',
      NetworkIndex: 'u32',
    }),
    3020: row('QueryWireCompleted', {
      QueryName: 'wstr',
      QueryType: 'u32',
      NetworkIndex: 'u32',
      InterfaceIndex: 'u32',
      Status: 'u32',
      QueryResults: 'wstr',
    }),
  },
};
