import type { EtwRecord } from '../record.ts';
import { scalarSpelled } from './in-types.ts';
import { eventName, MAX_NAME, type Schema, type SchemaField, toLayout } from './schema.ts';
import { type XmlTag, xmlTags } from './xml-tags.ts';

/** The event by which .NET's EventSource writes its manifest. */
export const MANIFEST_EVENT = 0xfffe;

/** `ManifestEnvelope`, before each chunk: format, versions, a magic byte, how many chunks, which one. */
const ENVELOPE_BYTES = 8;
const MAGIC = 0x5b;

/** Bytes of one manifest; .NET's own largest is 150 KB. */
export const MAX_MANIFEST_BYTES = 1024 * 1024;
/** Manifests that may be incomplete at once. */
export const MAX_OPEN_MANIFESTS = 64;

/** Puts the chunks of manifests together. */
export class EventSourceManifests {
  readonly #open = new Map<string, Uint8Array[]>();

  /** The schemas of a manifest whose last chunk this is; none as long as chunks are missing. */
  add({ provider, payload }: EtwRecord): readonly Schema[] {
    if (payload.length < ENVELOPE_BYTES || payload[3] !== MAGIC) return [];
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const [total, number] = [view.getUint16(4, true), view.getUint16(6, true)];
    const chunk = payload.subarray(ENVELOPE_BYTES);
    if (total <= 1) return readManifest([chunk], provider);
    const chunks = this.#open.get(provider) ?? [];
    if (number !== chunks.length || sizeOf(chunks) + chunk.length > MAX_MANIFEST_BYTES) {
      this.#open.delete(provider);
      return [];
    }
    chunks.push(chunk.slice());
    if (chunks.length === total) {
      this.#open.delete(provider);
      return readManifest(chunks, provider);
    }
    if (this.#open.has(provider) || this.#open.size < MAX_OPEN_MANIFESTS) this.#open.set(provider, chunks);
    return [];
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** What of a manifest comes before what refers to it, or after: all is collected first. */
interface Manifest {
  provider: string;
  readonly opcodes: Map<string, string>;
  readonly events: XmlTag[];
  readonly templates: Map<string, SchemaField[]>;
}

const standardOpcodes = new Set([
  'Start',
  'Stop',
  'DC_Start',
  'DC_Stop',
  'Extension',
  'Reply',
  'Resume',
  'Suspend',
  'Send',
  'Receive',
]);

function readManifest(chunks: readonly Uint8Array[], guid: string): Schema[] {
  const decoder = new TextDecoder();
  const text = chunks.map(chunk => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  const manifest: Manifest = { provider: '', opcodes: new Map(), events: [], templates: new Map() };
  let template: SchemaField[] = [];
  for (const tag of xmlTags(text)) {
    if (tag.name === 'template') {
      template = [];
      manifest.templates.set(attribute(tag, 'tid'), template);
    } else if (tag.name === 'data') {
      addField(template, tag);
    } else {
      collect(manifest, tag);
    }
  }
  return manifest.events.map(event => toSchema(event, manifest, guid));
}

function collect(manifest: Manifest, tag: XmlTag): void {
  if (tag.name === 'provider') manifest.provider = attribute(tag, 'name');
  else if (tag.name === 'event') manifest.events.push(tag);
  else if (tag.name === 'opcode') manifest.opcodes.set(attribute(tag, 'name'), attribute(tag, 'name'));
}

/** After a field of an unknown type nothing can be placed. */
function addField(fields: SchemaField[], tag: XmlTag): void {
  const scalar = scalarSpelled(attribute(tag, 'inType'));
  const isBroken = fields.at(-1)?.name === '';
  if (isBroken) return;
  if (scalar === undefined) {
    fields.push({ name: '', scalar: 'bytes' });
    return;
  }
  const count = tag.attributes.get('length') ?? tag.attributes.get('count');
  fields.push({ name: attribute(tag, 'name'), scalar, ...(count === undefined ? {} : { count }) });
}

function toSchema(event: XmlTag, manifest: Manifest, guid: string): Schema {
  const id = Number(attribute(event, 'value'));
  const opcode = attribute(event, 'opcode').replace(/^win:/, '');
  const isNamed = standardOpcodes.has(opcode) || manifest.opcodes.has(opcode);
  const fields = manifest.templates.get(attribute(event, 'template')) ?? [];
  return {
    guid,
    id,
    version: Number(attribute(event, 'version')),
    provider: manifest.provider,
    event: eventName(attribute(event, 'task'), isNamed ? opcode : '', id),
    layout: toLayout(fields.filter(({ name }) => name !== '')),
  };
}

function attribute({ attributes }: XmlTag, name: string): string {
  return (attributes.get(name) ?? '').slice(0, MAX_NAME);
}
