import { describe, expect, test } from 'vitest';
import { acts, told } from './mapped.ts';

const ends = { PID: 500, size: 81, daddr: '198.51.100.7', saddr: '10.0.2.15', dport: 443, sport: 50001 };

test.each([
  ['TcpIp', 10, { kind: 'net.send', proto: 'tcp', bytes: 81 }],
  ['TcpIp', 27, { kind: 'net.recv', proto: 'tcp', bytes: 81 }],
  ['TcpIp', 12, { kind: 'net.connect', proto: 'tcp' }],
  ['TcpIp', 31, { kind: 'net.accept', proto: 'tcp' }],
  ['UdpIp', 10, { kind: 'net.send', proto: 'udp', bytes: 81 }],
  ['Kernel-Network', 28, { kind: 'net.connect', proto: 'tcp' }],
  ['Kernel-Network', 59, { kind: 'net.recv', proto: 'udp' }],
] as const)('%s %i says who spoke with whom', (source, id, expected) => {
  const [event] = acts(told(source, id, ends, { pid: -1, tid: -1 }));
  const sides = { laddr: '10.0.2.15', lport: 50001, raddr: '198.51.100.7', rport: 443 };
  expect(event).toMatchObject({ ...expected, ...sides, ok: true, pid: 500, tid: 0 });
});

test('a disconnection has no kind', () => {
  expect(acts(told('TcpIp', 13, ends))).toEqual([]);
});

describe('a question for a name', () => {
  const ask = told('DNS-Client', 3006, { QueryName: 'host.invalid', QueryType: 1 }, { pid: 500, ns: 5 });
  const answer = (status: number) =>
    told(
      'DNS-Client',
      3008,
      { QueryName: 'host.invalid', QueryType: 1, QueryStatus: status, QueryResults: '198.51.100.7;' },
      { pid: 500, ns: 25 },
    );

  test('and its answer are one event, and a hint: the asking process writes both', () => {
    expect(acts(ask, answer(0))).toMatchObject([
      {
        kind: 'net.dns',
        host: 'host.invalid',
        ok: true,
        ret: 0,
        at_ns: 5,
        dur_ns: 20,
        pid: 500,
        origin: 'hint',
      },
    ]);
  });

  test('that has none says why', () => {
    expect(acts(ask, answer(9003))).toMatchObject([{ ok: false, errno: 'EAI_NONAME', ret: 9003 }]);
    expect(acts(answer(87))).toMatchObject([{ ok: false, errno: 'WIN32_87' }]);
  });

  test('that is not answered is given all the same', () => {
    const [event] = acts(ask);
    expect(event).toMatchObject({ kind: 'net.dns', host: 'host.invalid' });
    expect(event).not.toHaveProperty('ok');
  });
});
