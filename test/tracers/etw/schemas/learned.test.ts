import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventDecoder, MAX_SCHEMAS } from '../../../../src/tracers/etw/event-decoder.ts';
import type { EtwRecord } from '../../../../src/tracers/etw/record.ts';
import { MAX_MANIFEST_BYTES, MAX_OPEN_MANIFESTS } from '../../../../src/tracers/etw/schemas/event-source.ts';
import { MAX_FIELDS, MAX_NAME } from '../../../../src/tracers/etw/schemas/schema.ts';
import { MAX_TAG, xmlTags } from '../../../../src/tracers/etw/schemas/xml-tags.ts';
import { ByteWriter } from '../../../helpers/etl/byte-writer.ts';
import { eventInfo, manifestChunk } from '../../../helpers/etl/schemas.ts';
import { etwRecord } from '../../../helpers/etw-events.ts';

const GUID = '11111111-2222-3333-4444-555555555555';
const META_DATA = 'bbccf6c1-6cd1-48c4-80ff-839482e37671';

const manifest = `<instrumentationManifest><events>
<provider name="Contoso-Source" guid="{${GUID}}">
 <events>
  <event value="3" version="1" task="Login" opcode="win:Start" template="LoginArgs"/>
  <event value="4" version="0" task="Mark"/>
 </events>
 <templates><template tid="LoginArgs">
  <data name="user" inType="win:UnicodeString"/><data name="isAdmin" inType="win:Boolean"/>
  <data name="tokenSize" inType="win:UInt32"/><data name="token" inType="win:Binary" length="tokenSize"/>
 </template></templates></provider></events></instrumentationManifest>`;

const manifestRecord = (payload: Uint8Array, provider = GUID) =>
  etwRecord({ provider, id: 0xfffe, opcode: 0xfe, version: 1, payload });
const infoRecord = (payload: Uint8Array) =>
  etwRecord({ header: 'classic', provider: META_DATA, id: 32, opcode: 32, payload });
const login = new ByteWriter().wide('root').u32(1, 2).u8(8, 9).done();

function last(...records: readonly EtwRecord[]) {
  const decoder = new EventDecoder();
  const events = records.map(record => decoder.decode(record));
  const { provider, event, fields } = events.at(-1) ?? expect.fail('no event');
  return { provider, event, fields: Object.fromEntries(fields.entries()), fit: fields.fit };
}

describe('the manifest of an EventSource', () => {
  const event = etwRecord({ provider: GUID, id: 3, version: 1, payload: login });
  const named = {
    provider: 'Contoso-Source',
    event: 'Login/Start',
    fields: { user: 'root', isAdmin: true, tokenSize: 2, token: Uint8Array.of(8, 9) },
    fit: 'whole',
  };

  test('names the events after it', () => {
    expect(last(manifestRecord(manifestChunk(manifest)), event)).toEqual(named);
    expect(last(manifestRecord(manifestChunk(manifest)))).toMatchObject({
      provider: 'Contoso-Source',
      event: 'ManifestData',
    });
  });

  test('may come in chunks, which may split a character', () => {
    const bytes = Buffer.from(manifest.replaceAll('user', 'üser'));
    const cut = bytes.indexOf(Buffer.from('ü')) + 1;
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)].map((part, number) => {
      const chunk = manifestChunk('', [number, 2]);
      return manifestRecord(Buffer.concat([chunk, part]));
    });
    expect(last(...chunks, event)).toMatchObject({
      event: 'Login/Start',
      fields: { füser: 'root' },
      fit: 'whole',
    });
  });

  test('that misses a chunk names nothing', () => {
    expect(last(manifestRecord(manifestChunk(manifest, [1, 2])), event).event).toBeUndefined();
  });

  test('is bounded in size, and so are those that never end', () => {
    const half = manifestRecord(manifestChunk('x'.repeat(MAX_MANIFEST_BYTES), [0, 2]));
    const rest = manifestRecord(manifestChunk(manifest, [1, 2]));
    expect(last(half, rest, event).event).toBeUndefined();
    const open = Array.from({ length: MAX_OPEN_MANIFESTS }, (_, at) =>
      manifestRecord(
        manifestChunk('<', [0, 2]),
        `${String(at).padStart(8, '0')}-0000-0000-0000-000000000000`,
      ),
    );
    const parts = [manifestRecord(manifestChunk('', [0, 2])), rest];
    expect(last(...open.slice(1), ...parts, event).event).toBe('Login/Start');
    expect(last(...open, ...parts, event).event).toBeUndefined();
  });

  test('that is not one does not throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.nat(manifest.length), (noise, at) => {
        const text = manifest.slice(0, at) + noise + manifest.slice(at + noise.length);
        last(manifestRecord(manifestChunk(text)), event);
      }),
    );
  });
});

describe('the schema that merging puts into a trace', () => {
  const properties = [
    { name: 'Size', inType: 8 },
    { name: 'Data', inType: 14, flags: 2, length: 0 },
    { name: 'Ports', inType: 6, count: 2 },
    { name: 'Name', inType: 1 },
  ];
  const info = eventInfo(GUID, { id: 7, opcode: 1 }, ['Contoso-Driver ', 'Load', 'win:Start '], properties);
  const payload = new ByteWriter().u32(3).u8(1, 2, 3).u16(80, 443).wide('evil.sys').done();
  const event = etwRecord({ provider: GUID, id: 7, payload });

  test('names the events after it', () => {
    expect(last(infoRecord(info), event)).toEqual({
      provider: 'Contoso-Driver',
      event: 'Load/Start',
      fields: { Size: 3, Data: Uint8Array.of(1, 2, 3), Ports: [80, 443], Name: 'evil.sys' },
      fit: 'whole',
    });
  });

  test('does not name what a table of ours names', () => {
    const file = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
    const lie = eventInfo(file, { id: 24 }, ['Contoso', 'Lie', ''], []);
    expect(last(infoRecord(lie), etwRecord({ provider: file, id: 24 })).event).toBe('OperationEnd');
  });

  test('reads fields up to a structure', () => {
    const withStruct = properties.map((property, at) => (at === 2 ? { ...property, flags: 1 } : property));
    const info = eventInfo(GUID, { id: 7 }, ['P', 'T', ''], withStruct);
    expect(last(infoRecord(info), event)).toMatchObject({ fields: { Size: 3 }, fit: 'longer' });
  });

  test('has a number of fields, and a trace a number of schemas', () => {
    const many = Array.from({ length: MAX_FIELDS + 1 }, (_, at) => ({ name: `f${at}`, inType: 4 }));
    const wide = eventInfo(GUID, { id: 7 }, ['P', 'T', ''], many);
    const bytes = etwRecord({ provider: GUID, id: 7, payload: new Uint8Array(MAX_FIELDS + 1) });
    expect(Object.keys(last(infoRecord(wide), bytes).fields)).toHaveLength(MAX_FIELDS);
    const schemas = Array.from({ length: MAX_SCHEMAS }, (_, at) =>
      infoRecord(eventInfo(GUID, { id: at + 8 }, ['P', 'T', ''], [])),
    );
    expect(last(...schemas.slice(1), infoRecord(info), event).event).toBe('Load/Start');
    expect(last(...schemas, infoRecord(info), event).event).toBeUndefined();
  });

  test('has names up to a length', () => {
    const long = 'n'.repeat(MAX_NAME);
    const properties = [{ name: `${long}x`, inType: 4 }];
    const info = eventInfo(GUID, { id: 7 }, [long, `${long}x`, ''], properties);
    const bytes = etwRecord({ provider: GUID, id: 7, payload: Uint8Array.of(1) });
    expect(last(infoRecord(info), bytes)).toMatchObject({
      provider: long,
      event: long,
      fields: { [long]: 1 },
    });
  });

  test('may use a name twice, or one that objects have', () => {
    const names = ['a', 'a', '7', '__proto__', '_hidden'].map(name => ({ name, inType: 4 }));
    const odd = eventInfo(GUID, { id: 7 }, ['P', 'T', ''], names);
    const bytes = etwRecord({ provider: GUID, id: 7, payload: Uint8Array.of(1, 2, 3, 4, 5) });
    expect(last(infoRecord(odd), bytes)).toMatchObject({
      fields: { a: 1, 'a#1': 2, f7: 3, f__proto__: 4, f_hidden: 5 },
      fit: 'whole',
    });
  });

  test('may count by a field whose name was changed', () => {
    const counted = [
      { name: '1]', inType: 4 },
      { name: 'Data', inType: 14, flags: 2, length: 0 },
    ];
    const odd = eventInfo(GUID, { id: 7 }, ['P', 'T', ''], counted);
    const bytes = etwRecord({ provider: GUID, id: 7, payload: Uint8Array.of(2, 8, 9) });
    expect(last(infoRecord(odd), bytes).fields).toEqual({ 'f1)': 2, Data: Uint8Array.of(8, 9) });
  });

  test('never throws, however it was changed', () => {
    const edit = fc.record({ at: fc.nat(info.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), fc.nat(info.length), (edits, length) => {
        const changed = Uint8Array.from(info);
        for (const { at, value } of edits) changed[at] = value;
        last(infoRecord(changed.subarray(0, length)), event);
      }),
    );
  });
});

test('a tag longer than a limit is passed over, and entities are characters', () => {
  const tag = (filler: string) => `<event name="&lt;a&amp;&quot;&gt;" message="${filler}"/>`;
  const room = MAX_TAG - tag('').length + 1;
  const names = (text: string) => Array.from(xmlTags(text), ({ attributes }) => attributes.get('name'));
  expect(names(tag('x'.repeat(room)))).toEqual(['<a&">']);
  expect(names(tag('x'.repeat(room + 1)))).toEqual([]);
});
