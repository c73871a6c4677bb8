import { expect, test } from 'vitest';
import { createNumbering } from '../../../../src/runner/numbering.ts';
import { Mapper } from '../../../../src/tracers/etw/mapper.ts';
import { CallNames, MAX_CALL_NAMES, MAX_CALL_TEXT } from '../../../../src/tracers/etw/state/call-names.ts';
import { decodedEvent } from '../../../helpers/etw-events.ts';
import { mapped } from './mapped.ts';

const AMSI = '2a576b87-09a7-520e-c21a-4942f0271d67';

test('what a script engine shows to the virus scanner is kept as text', () => {
  const content = Uint8Array.from(Buffer.from('IEX $x', 'utf16le'));
  const scanned = decodedEvent(
    ['Microsoft-Antimalware-Scan-Interface', 'AmsiScanBuffer'],
    { appname: 'PowerShell', content },
    { provider: AMSI, id: 1101 },
  );
  expect(mapped(scanned)).toMatchObject([
    {
      kind: 'raw',
      call: 'Microsoft-Antimalware-Scan-Interface/AmsiScanBuffer',
      args: 'appname="PowerShell" content=IEX $x',
      origin: 'hint',
    },
  ]);
});

test('what is lost is an event, with its number where that is known', () => {
  const mapper = new Mapper({ numbering: createNumbering() });
  const where = { kind: 'lost', said: 'header', source_offset: 0, source_length: 0 } as const;
  mapper.lost({ ...where, what: 'events', count: 3 });
  mapper.lost({ ...where, what: 'buffers', count: undefined });
  expect(mapper.takeItems()).toMatchObject([
    { kind: 'meta.lost', args: '3 events' },
    { kind: 'meta.lost', args: 'some buffers' },
  ]);
});

test('an event nobody knows keeps its number and bytes', () => {
  const unknown = {
    ...decodedEvent(['x', ''], {}, { id: 7, payload: Uint8Array.of(1, 0xff) }),
    event: undefined,
  };
  expect(mapped(unknown)).toMatchObject([{ kind: 'raw', call: 'x/7', args: '01ff' }]);
});

test('names of calls are cut, and only so many are remembered', () => {
  const names = new CallNames();
  const nameOf = (event: string) => names.nameOf(decodedEvent(['Microsoft-Windows-X', event], {}));
  for (let index = 0; index <= MAX_CALL_NAMES; index += 1) nameOf(`${index}`);
  expect([nameOf('0'), nameOf(`${MAX_CALL_NAMES}`)]).toEqual(['X/0', `X/${MAX_CALL_NAMES}`]);
  expect(nameOf('y'.repeat(70_000))).toHaveLength(MAX_CALL_TEXT);
});
