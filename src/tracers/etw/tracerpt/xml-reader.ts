import { unixMsToFileTime } from '../../../base/file-time.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import { type PrintedHeader, printedEvent } from './printed-event.ts';
import { PrintedFields } from './printed-fields.ts';
import type { PrintedReader, PrintedVisitor } from './printed-reader.ts';
import { type Piece, TextFeed } from './text-feed.ts';
import { readElement, type XmlPart } from './xml-element.ts';

/** Characters of one event; a longer one is skipped. */
export const MAX_EVENT_TEXT = 1 << 20;

const START = '<Event ';
const END = '</Event>';

/**
 * Reads what `tracerpt -of XML` and `wevtutil /f:xml` print. **Unproven**: written from Microsoft's schema, no file of
 * the tool's own was at hand.
 */
export class XmlReader implements PrintedReader {
  readonly #feed = new TextFeed(MAX_EVENT_TEXT);
  readonly #visitor: PrintedVisitor;
  #startTime: bigint | undefined;
  #searched = 0;

  constructor(visitor: PrintedVisitor) {
    this.#visitor = visitor;
  }

  push(chunk: Uint8Array): void {
    this.#feed.push(chunk);
    this.#readEvents();
  }

  end(): void {
    this.#feed.end();
    this.#readEvents();
    const rest = this.#feed.take(this.#feed.text.length);
    if (rest.text.includes(START)) this.#visitor.diagnose('truncated-event', rest.text, rest);
  }

  #readEvents(): void {
    const feed = this.#feed;
    for (;;) {
      const end = feed.text.indexOf(END, Math.max(0, this.#searched - END.length));
      if (end < 0) break;
      this.#searched = 0;
      const piece = feed.take(end + END.length);
      const start = piece.text.lastIndexOf(START);
      if (start < 0 || piece.text.indexOf(START) < start)
        this.#visitor.diagnose('unreadable-event', piece.text, piece);
      if (start >= 0) this.#readEvent(piece, start);
    }
    this.#searched = feed.text.length;
    if (!feed.isOver) return;
    const skipped = feed.take(feed.text.length);
    this.#searched = 0;
    this.#visitor.diagnose('event-too-long', skipped.text, skipped);
  }

  #readEvent(piece: Piece, start: number): void {
    const event = this.#toEvent(readElement(this.#feed.toText(piece.text.slice(start))), piece);
    if (event === undefined) this.#visitor.diagnose('unreadable-event', piece.text, piece);
    else this.#visitor.event(event);
  }

  #toEvent(parts: readonly XmlPart[], { offset, length }: Piece): DecodedEvent | undefined {
    const printed = new PrintedXml(parts);
    const time = toFileTime(printed.attribute('System/TimeCreated', 'SystemTime') ?? '');
    if (time === undefined) return undefined;
    if (this.#startTime === undefined) this.#visitor.startedAt(time);
    this.#startTime ??= time;
    const number = (name: string, otherwise: number) =>
      toNumber(printed.attribute('System/Execution', name), otherwise);
    const where = {
      pid: number('ProcessID', -1),
      tid: number('ThreadID', -1),
      cpu: number('ProcessorID', 0),
    };
    const when = { time, startTime: this.#startTime, offset, length };
    return printedEvent({ ...nameOf(printed), ...where, ...when }, new PrintedFields(printed.data));
  }
}

/** The parts of one event by their place in it. */
class PrintedXml {
  readonly data = new Map<string, string>();
  readonly #parts = new Map<string, XmlPart>();

  constructor(parts: readonly XmlPart[]) {
    for (const part of parts) {
      const isData = part.path === 'Event/EventData/Data';
      if (isData) this.data.set(part.attributes.get('Name') ?? `Data${this.data.size}`, part.text);
      else if (!this.#parts.has(part.path)) this.#parts.set(part.path, part);
    }
  }

  text(path: string): string | undefined {
    return this.#parts.get(`Event/${path}`)?.text.trim();
  }

  attribute(path: string, name: string): string | undefined {
    return this.#parts.get(`Event/${path}`)?.attributes.get(name);
  }
}

/** Events of the kernel's own classes have no id but their opcode, and the class stands apart. */
function nameOf(
  printed: PrintedXml,
): Pick<PrintedHeader, 'provider' | 'providerName' | 'event' | 'id' | 'version' | 'header'> {
  const version = toNumber(printed.text('System/Version'), 0);
  const opcode = toNumber(printed.text('System/Opcode'), 0);
  const spelled = (name: string) => {
    const words = [printed.text(name), printed.text('RenderingInfo/Opcode')];
    return words.filter(word => word !== undefined && word !== '').join('/');
  };
  const eventClass = printed.text('ExtendedTracingInfo/EventGuid');
  if (eventClass !== undefined) {
    const event = spelled('RenderingInfo/EventName') || String(opcode);
    const provider = toGuid(eventClass);
    return { provider, providerName: 'Windows Kernel', event, id: opcode, version, header: 'system' };
  }
  const provider = toGuid(printed.attribute('System/Provider', 'Guid') ?? '');
  const id = toNumber(printed.text('System/EventID'), 0);
  const providerName = printed.attribute('System/Provider', 'Name') ?? provider;
  const event = spelled('RenderingInfo/Task') || String(id);
  return { provider, providerName, event, id, version, header: 'event' };
}

function toNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : otherwise;
}

function toGuid(text: string): string {
  return text
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase();
}

/** `2012-08-23T18:36:22.843640000Z`, with an offset in some versions of Windows; a double holds no such fraction. */
function toFileTime(text: string): bigint | undefined {
  const [, whole, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/.exec(text.trim()) ?? [];
  const ms = whole === undefined ? Number.NaN : Date.parse(`${whole}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return unixMsToFileTime(ms) + BigInt(fraction.padEnd(7, '0').slice(0, 7));
}
