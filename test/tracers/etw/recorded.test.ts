import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DecodedEvent } from '../../../src/tracers/etw/decoded-event.ts';
import { EventDecoder } from '../../../src/tracers/etw/event-decoder.ts';
import { isMissing, readData, sharedData } from '../../helpers/data/shared-data.ts';
import { readEtl } from '../../helpers/etl/read-etl.ts';
import { etwRecord } from '../../helpers/etw-events.ts';

/** Traces of Windows 7 to 11 from other projects, by folder, with how many records there are. */
const files = {
  'etl-parser': { 'AMSITrace.etl': 21, 'ShutdownPerfDiagLogger.etl': 17_078, 'lxcore_kernel.etl': 4 },
  s4: {
    'SIH.20230422.034724.362.1.etl': 12,
    'WindowsUpdate.20251008.140245.443.8.etl': 82,
    'waasmedic.20251005_113019_195.etl': 21,
  },
  perfview: { 'SelfDescribingSingleEvent.etl': 23 },
};

function decodeAll(bytes: Uint8Array): {
  readonly events: readonly DecodedEvent[];
  readonly bad: readonly string[];
} {
  const decoder = new EventDecoder();
  const items = readEtl(bytes, 4099);
  return {
    events: items.filter(item => item.kind === 'record').map(record => decoder.decode(record)),
    bad: items.flatMap(item => (item.kind === 'diagnostic' ? [item.reason] : [])),
  };
}

const cases = Object.entries(files).flatMap(([folder, counts]) =>
  Object.entries(counts).map(([name, count]) => [folder, name, count] as const),
);

describe.skipIf(isMissing('etw'))('recorded traces', () => {
  test.each(cases)('%s/%s reads without a bad record', (folder, name, count) => {
    const { events, bad } = decodeAll(readData('etw', folder, name));
    expect([bad, events.length]).toEqual([[], count]);
    expect(events.filter(({ fields }) => fields.fit !== 'whole')).toEqual([]);
  });

  test('the text of a service is in its TraceLogging events', () => {
    const { events } = decodeAll(readData('etw/s4/waasmedic.20251005_113019_195.etl'));
    expect(events.find(({ event }) => event === 'Info')).toMatchObject({
      provider: 'Microsoft.Windows.WaaSMedic.Local',
    });
    expect(events.map(({ fields }) => fields.text('m'))).toContain('** Service starting **');
  });

  test('what a command was before it was decoded is in the trace of an antimalware provider', () => {
    const { events } = decodeAll(readData('etw/etl-parser/AMSITrace.etl'));
    const texts = events.flatMap(({ fields }) => Array.from(fields.entries(), ([, value]) => String(value)));
    expect(texts.some(text => text.includes('powershell.exe -nop -w 1 -enc'))).toBe(true);
  });

  const replayed = readdirOf('etw/syzygy').filter(name => name.endsWith('.etl'));

  test.each(replayed)(
    '%s, replayed from payloads of either size of pointers, reads to the last byte',
    name => {
      const { events, bad } = decodeAll(readData('etw/syzygy', name));
      expect(bad).toEqual([]);
      expect(events.filter(({ fields }) => fields.fit !== 'whole')).toEqual([]);
      const facts = events.map(({ fields }) => fields.text('ImageFileName') ?? fields.text('FileName'));
      // A 32-bit header before 64-bit pointers, in a version so short that either size fits: the header is believed.
      const isAmbiguous = name === 'log_lib__image_data_64_v0.etl';
      expect(facts.some(fact => /^(notepad\.exe|C:.*test_program\.exe)$/.test(fact ?? ''))).toBe(
        !isAmbiguous,
      );
    },
  );
});

interface Vector {
  readonly event: string;
  readonly opcode: number;
  readonly version: number;
  readonly pointer_bits: number;
  readonly payload_b64: string;
  readonly expect: Readonly<Record<string, string | number>>;
}

describe.skipIf(isMissing('etw/catapult'))('payloads of processes with what is in them', () => {
  const vectors: readonly Vector[] = readVectors();

  test.each(vectors)('$event of version $version, $pointer_bits bits', vector => {
    const { fields } = new EventDecoder().decode(
      etwRecord({
        header: 'system',
        provider: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
        id: vector.opcode,
        version: vector.version,
        pointerSize: vector.pointer_bits === 32 ? 4 : 8,
        payload: Buffer.from(vector.payload_b64, 'base64'),
      }),
    );
    expect(fields.fit).toBe('whole');
    const ours = new Map(Array.from(fields.entries(), ([name, value]) => [name.toLowerCase(), value]));
    for (const [name, expected] of Object.entries(vector.expect)) {
      const value = ours.get(name.toLowerCase());
      const spelled = typeof value === 'bigint' ? BigInt(`0x${expected}`) : expected;
      expect([name, value]).toEqual([name, spelled]);
    }
    expect(fields.text('UserSID')).toMatch(/^S-1-5-21-\d+-\d+-\d+/);
  });
});

function readVectors(): readonly Vector[] {
  return isMissing('etw/catapult')
    ? []
    : JSON.parse(new TextDecoder().decode(readData('etw/catapult/process_payload_vectors.json')));
}

function readdirOf(folder: string): string[] {
  return isMissing(folder) ? [] : readdirSync(path.join(sharedData, folder));
}
