import type { DecodedEvent, Fields } from './decoded-event.ts';
import { type Layout, LayoutReader } from './fields/layout.ts';
import { LazyFields, type ReadFields } from './lazy-fields.ts';
import type { EventRow } from './providers/provider.ts';
import { providers } from './providers/providers.ts';
import type { EtwRecord } from './record.ts';
import { readEventInfo } from './schemas/event-info.ts';
import { EventSourceManifests, MANIFEST_EVENT } from './schemas/event-source.ts';
import type { Schema } from './schemas/schema.ts';
import { readTraceLogging } from './schemas/trace-logging.ts';

/** Events whose schemas are learned from a trace; all of Windows 10's manifests together have 50 000. */
export const MAX_SCHEMAS = 8192;

const META_DATA = 'bbccf6c1-6cd1-48c4-80ff-839482e37671';
const EVENT_INFO = 32;

/**
 * Names records and their fields: by our tables, by schemas that stand in the trace before them (merged traces, .NET's
 * EventSource), or by the schema that a record carries itself (TraceLogging). One for each trace, given its records in
 * their order.
 */
export class EventDecoder {
  readonly #learned = new Map<string, Kind>();
  readonly #manifests = new EventSourceManifests();

  decode(record: EtwRecord): DecodedEvent {
    const known = findKind(record);
    if (known !== undefined) {
      if (record.provider === META_DATA && record.id === EVENT_INFO)
        this.#learn(readEventInfo(record.payload));
      return decodedBy(known, record);
    }
    return record.header === 'event' ? this.#decodeSelfDescribed(record) : raw(record);
  }

  #decodeSelfDescribed(record: EtwRecord): DecodedEvent {
    if (record.id === MANIFEST_EVENT) return this.#decodeManifest(record);
    const learned = this.#learned.get(keyOf(record.provider, record.id, record.version));
    if (learned !== undefined) return decodedBy(learned, record);
    const described = readTraceLogging(record);
    if (described === undefined) return raw(record);
    const { provider, event, read } = described;
    return { record, provider: nameOf(provider, record.provider), event, fields: new LazyFields(read) };
  }

  #decodeManifest(record: EtwRecord): DecodedEvent {
    const schemas = this.#manifests.add(record);
    for (const schema of schemas) this.#learn(schema);
    const provider = nameOf(schemas[0]?.provider, record.provider);
    return decodedBy({ provider, event: 'ManifestData', reader: manifestReader }, record);
  }

  #learn(schema: Schema | undefined): void {
    if (schema === undefined || this.#learned.size >= MAX_SCHEMAS) return;
    this.#learned.set(keyOf(schema.guid, schema.id, schema.version), new LearnedKind(schema));
  }
}

/** One kind of event, ready to be read. */
interface Kind {
  readonly provider: string;
  readonly event: string;
  readonly reader: LayoutReader;
}

/** A kind learned from a trace. A manifest has many that never occur: a reader is made for those that do. */
class LearnedKind implements Kind {
  readonly provider: string;
  readonly event: string;
  readonly #layout: Layout;
  #reader: LayoutReader | undefined;

  constructor({ guid, provider, event, layout }: Schema) {
    this.provider = nameOf(provider, guid);
    this.event = event;
    this.#layout = layout;
  }

  get reader(): LayoutReader {
    this.#reader ??= new LayoutReader(this.#layout);
    return this.#reader;
  }
}

const manifestReader = new LayoutReader({
  Format: 'u8',
  MajorVersion: 'u8',
  MinorVersion: 'u8',
  Magic: 'u8',
  TotalChunks: 'u16',
  ChunkNumber: 'u16',
  Manifest: 'bytes',
});

function keyOf(guid: string, id: number, version: number): string {
  return `${guid}/${id}/${version}`;
}

/** What a provider may call itself: not what a table of ours calls another one. */
function nameOf(name: string | undefined, guid: string): string {
  const owners = name === undefined ? undefined : ownersOf.get(name);
  return name === undefined || name === '' || owners?.has(guid) === false ? guid : name;
}

const ownersOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  providers.map(({ name }) => [
    name,
    new Set(providers.filter(provider => provider.name === name).map(({ guid }) => guid)),
  ]),
);

/** The versions of one event, newest first. */
interface Versions {
  readonly since: number;
  readonly kind: Kind;
}

const tables: ReadonlyMap<string, ReadonlyMap<number, readonly Versions[]>> = new Map(
  providers.map(({ guid, name, events }) => [
    guid,
    new Map(Object.entries(events).map(([id, row]) => [Number(id), versionsOf(name, row)])),
  ]),
);

function versionsOf(provider: string, { event, since }: EventRow): Versions[] {
  return Object.entries(since)
    .map(([version, layout]) => ({
      since: Number(version),
      kind: { provider, event, reader: new LayoutReader(layout) },
    }))
    .sort((one, other) => other.since - one.since);
}

function findKind({ provider, id, version }: EtwRecord): Kind | undefined {
  return tables
    .get(provider)
    ?.get(id)
    ?.find(({ since }) => since <= version)?.kind;
}

function decodedBy({ provider, event, reader }: Kind, record: EtwRecord): DecodedEvent {
  return { record, provider, event, fields: new LazyFields(() => readPayload(reader, record)) };
}

/**
 * A classic record of a 32-bit process may hold what a 64-bit one wrote (replayed and relogged traces): where the
 * pointers of its header do not fit its payload and the other size does, that is what it is.
 */
function readPayload(reader: LayoutReader, { payload, pointerSize, header }: EtwRecord): ReadFields {
  const read = reader.read(payload, pointerSize);
  if (read.fit === 'whole' || header !== 'classic') return read;
  const other = reader.read(payload, pointerSize === 8 ? 4 : 8);
  return other.fit === 'whole' ? other : read;
}

function raw(record: EtwRecord): DecodedEvent {
  return { record, provider: record.provider, event: undefined, fields: none };
}

const none: Fields = new LazyFields(() => ({ names: [], values: [], fit: 'whole' }));
