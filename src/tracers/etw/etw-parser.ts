import type { ParserOptions, TraceItem, TraceParser } from '../../model/trace.ts';
import { EtlReader, type EtwItem } from './etl-reader.ts';
import { EventDecoder } from './event-decoder.ts';
import { Mapper } from './mapper.ts';
import { PayloadBounds } from './payload-bounds.ts';
import { type EtwForm, etwFormOf, SNIFFED_BYTES } from './sniff.ts';
import { CsvReader } from './tracerpt/csv-reader.ts';
import type { PrintedReader, PrintedVisitor } from './tracerpt/printed-reader.ts';
import { XmlReader } from './tracerpt/xml-reader.ts';

/** The longest text of a diagnostic; all of it is in the raw evidence. */
export const MAX_DIAGNOSTIC_TEXT = 1024;

/** Reads a trace of Windows in any of its forms. */
export class EtwParser implements TraceParser {
  readonly #mapper: Mapper;
  readonly #bounds: PayloadBounds | undefined;
  #reader: PrintedReader | undefined;
  #head: Uint8Array = new Uint8Array();

  constructor(options: ParserOptions) {
    this.#mapper = new Mapper(options);
    if (options.isBounded === true) this.#bounds = new PayloadBounds(options.nonce);
  }

  push(chunk: Uint8Array): TraceItem[] {
    this.#feed(chunk);
    return this.#takeItems();
  }

  end(): TraceItem[] {
    const reader = this.#reader ?? this.#start();
    reader.end();
    this.#mapper.end();
    return this.#takeItems();
  }

  #takeItems(): TraceItem[] {
    const items = this.#mapper.takeItems();
    return this.#bounds?.keep(items) ?? items;
  }

  /** The first bytes wait until they tell which form they are in. */
  #feed(chunk: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#reader.push(chunk);
      return;
    }
    const head = new Uint8Array(this.#head.length + chunk.length);
    head.set(this.#head);
    head.set(chunk, this.#head.length);
    this.#head = head;
    if (head.length >= SNIFFED_BYTES) this.#start();
  }

  #start(): PrintedReader {
    const reader = this.#readerOf(etwFormOf(this.#head) ?? 'etl');
    this.#reader = reader;
    reader.push(this.#head);
    this.#head = new Uint8Array();
    return reader;
  }

  #readerOf(form: EtwForm): PrintedReader {
    if (form === 'etl') return this.#etlReader();
    this.#mapper.noteUnproven(`${form.toUpperCase()} printed by tracerpt`);
    return form === 'xml' ? new XmlReader(this.#visitor) : new CsvReader(this.#visitor);
  }

  #etlReader(): PrintedReader {
    const decoder = new EventDecoder();
    const mapper = this.#mapper;
    return new EtlReader((item: EtwItem) => {
      switch (item.kind) {
        case 'record':
          return mapper.event(decoder.decode(item));
        case 'session':
          return mapper.startedAt(item.startTime);
        case 'lost':
          return mapper.lost(item);
        default:
          return mapper.diagnose(item.reason, item.text, item.source_offset, item.source_length);
      }
    });
  }

  readonly #visitor: PrintedVisitor = {
    startedAt: fileTime => this.#mapper.startedAt(fileTime),
    event: event => this.#mapper.event(event),
    diagnose: (reason, text, { offset, length }) =>
      this.#mapper.diagnose(reason, text.slice(0, MAX_DIAGNOSTIC_TEXT), offset, length),
  };
}
