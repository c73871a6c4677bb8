import { fieldNames, kernelClassOf, providerOf } from './csv-columns.ts';
import { printedEvent } from './printed-event.ts';
import { PrintedFields } from './printed-fields.ts';
import type { PrintedReader, PrintedVisitor } from './printed-reader.ts';
import { type Piece, TextFeed } from './text-feed.ts';

/** Characters of one line; a longer one is skipped. */
export const MAX_CSV_LINE = 1 << 20;
/** Values of one line that are kept. */
export const MAX_CSV_VALUES = 1024;

/** The columns before those of the event's own data: `Event Name, Type, Event ID, ... , User Data`. */
const columns = {
  name: 0,
  type: 1,
  id: 2,
  version: 3,
  opcode: 6,
  pid: 9,
  tid: 10,
  cpu: 11,
  clock: 16,
  data: 19,
} as const;

/**
 * Reads what `tracerpt -of CSV` prints. **Unproven**: written from descriptions of it, no file of the tool's own was at
 * hand. It prints no names of fields: only those of the tables here are known.
 */
export class CsvReader implements PrintedReader {
  readonly #feed = new TextFeed(MAX_CSV_LINE);
  readonly #visitor: PrintedVisitor;
  #startTime: bigint | undefined;
  #searched = 0;
  #isHeaderRead = false;

  constructor(visitor: PrintedVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#readLines();
  }

  end(): void {
    this.#feed.end();
    this.#readLines();
    const rest = this.#feed.take(this.#feed.text.length);
    if (rest.text.trim() !== '') this.#readLine(rest);
  }

  #readLines(): void {
    const feed = this.#feed;
    for (let end = feed.text.indexOf('\n', this.#searched); end >= 0; end = feed.text.indexOf('\n')) {
      this.#searched = 0;
      this.#readLine(feed.take(end + 1));
    }
    this.#searched = feed.text.length;
    if (!feed.isOver) return;
    const skipped = feed.take(feed.text.length);
    this.#searched = 0;
    this.#visitor.diagnose('line-too-long', skipped.text, skipped);
  }

  #readLine(piece: Piece): void {
    if (!this.#isHeaderRead) {
      this.#isHeaderRead = true;
      return;
    }
    const line = this.#feed.toText(piece.text).trim();
    if (line === '') return;
    const values = splitCsv(line);
    const clock = values[columns.clock] ?? '';
    if (values.length < columns.clock || !/^\d{1,19}$/.test(clock)) {
      this.#visitor.diagnose('unreadable-line', line, piece);
      return;
    }
    this.#readEvent(values, BigInt(clock), piece);
  }

  #readEvent(values: readonly string[], time: bigint, { offset, length }: Piece): void {
    if (this.#startTime === undefined) this.#visitor.startedAt(time);
    this.#startTime ??= time;
    const at = (column: keyof typeof columns) => values[columns[column]] ?? '';
    const eventClass = kernelClassOf(at('name'));
    const isClassic = eventClass !== undefined;
    const id = Number.parseInt(at(isClassic ? 'opcode' : 'id'), 10) || 0;
    const version = Number.parseInt(at('version'), 10) || 0;
    const provider = eventClass ?? providerOf(at('name'));
    const names = fieldNames(provider, id, version);
    const data = new Map(
      values.slice(columns.data).map((value, index) => [names[index] ?? `Data${index}`, value] as const),
    );
    this.#visitor.event(
      printedEvent(
        {
          provider,
          providerName: isClassic ? 'Windows Kernel' : at('name'),
          event: isClassic ? `${at('name')}/${at('type')}` : at('type'),
          id,
          version,
          header: isClassic ? 'system' : 'event',
          pid: Number.parseInt(at('pid'), 16),
          tid: Number.parseInt(at('tid'), 16),
          cpu: Number.parseInt(at('cpu'), 10) || 0,
          time,
          startTime: this.#startTime,
          offset,
          length,
        },
        new PrintedFields(data),
      ),
    );
  }
}

/** Values are padded with blanks; texts stand in quotes, a quote in them doubled. */
export function splitCsv(line: string): readonly string[] {
  const values: string[] = [];
  let at = 0;
  while (at <= line.length && values.length < MAX_CSV_VALUES) {
    while (line[at] === ' ' || line[at] === '\t') at += 1;
    const isQuoted = line[at] === '"';
    const end = isQuoted ? endOfQuoted(line, at + 1) : endOfPlain(line, at);
    const value = isQuoted ? line.slice(at + 1, end).replaceAll('""', '"') : line.slice(at, end).trim();
    values.push(value);
    at = endOfPlain(line, isQuoted ? end + 1 : end) + 1;
  }
  return values;
}

function endOfPlain(line: string, from: number): number {
  const comma = line.indexOf(',', from);
  return comma < 0 ? line.length : comma;
}

function endOfQuoted(line: string, from: number): number {
  let quote = line.indexOf('"', from);
  while (quote >= 0 && line[quote + 1] === '"') quote = line.indexOf('"', quote + 2);
  return quote < 0 ? line.length : quote;
}
