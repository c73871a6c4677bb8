import { z } from 'zod';
import type { CapName } from '../../model/caps.ts';
import type { Diagnostic } from '../../model/trace.ts';

/** Longest line a probe writes is some hundred bytes; what is longer was not written by a probe. */
export const maxHintLineBytes = 16 * 1024;
/** Most hints kept of one task: 10 000 modules is more than any package has. */
export const maxHints = 10_000;

/** What a probe may leave undone; each is the name of a cap. */
const partialWork = ['modules', 'scripts', 'files'] as const satisfies readonly CapName[];

const text = (limit: number) => z.string().transform(value => value.slice(0, limit));
const count = z.number().int().min(0).max(1_000_000_000);

/**
 * What probes say, one JSON object a line: `{"hint":"module","unix_ns":"1700...","name":"jinja2","ok":true}`.
 * Written by code that the package can change, so each is a claim: shown, counted, never decided upon alone.
 */
const hintSchema = z.discriminatedUnion('hint', [
  /** One sentence: why the task is not passed, or what it did. The last one counts. */
  z.object({ hint: z.literal('reason'), text: text(500) }),
  /** What the tests came to so far. The last one counts. */
  z.object({
    hint: z.literal('tests'),
    framework: text(40),
    passed: count,
    failed: count,
    skipped: count,
    errors: count,
  }),
  /** Work that was left undone for want of time, or because there is too much of it: a cap of the task. */
  z.object({ hint: z.literal('partial'), what: z.enum(partialWork), done: count, total: count }),
  z.object({ hint: z.literal('package'), name: text(200), version: text(100) }),
  /** One part of the work: a module, a script, a hook of the build. */
  z.object({
    hint: z.enum(['module', 'script', 'hook', 'file']),
    name: text(500),
    ok: z.boolean(),
    note: text(500).optional(),
  }),
]);

/** The guest's time of the claim, where it gives one. */
const timeSchema = z.object({ unix_ns: z.string().regex(/^\d{1,19}$/) });

/** One claim of a probe; `line` is the text it was read from. */
export type Hint = z.infer<typeof hintSchema> & {
  readonly line: string;
  readonly unixNs: bigint | undefined;
};

/** A line that is no hint, and where in the stream it stood. */
export interface UnreadableHint {
  readonly hint: 'unreadable';
  readonly reason: 'unreadable-hint' | 'hint-too-long';
  readonly line: string;
  readonly offset: number;
  readonly length: number;
}

/** A line that is no hint, as what it is in a report: at most `maxCharacters` of it. */
export function toDiagnostic(hint: UnreadableHint, maxCharacters: number): Diagnostic {
  return {
    kind: 'diagnostic',
    reason: hint.reason,
    text: hint.line.slice(0, maxCharacters),
    source_offset: hint.offset,
    source_length: hint.length,
  };
}

/** Reads the hint stream of one task. Chunks may be split anywhere; never throws; what is too much is only counted. */
export class HintReader {
  #pending = '';
  /** Bytes of the pending line, also those not kept. */
  #pendingBytes = 0;
  #offset = 0;
  #read = 0;
  readonly #decoder = new TextDecoder();

  /** Whether there were more hints than are kept. */
  get isFull(): boolean {
    return this.#read > maxHints;
  }

  push(chunk: Uint8Array): readonly (Hint | UnreadableHint)[] {
    const found: (Hint | UnreadableHint)[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      this.#endLine(found, 1);
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return found;
  }

  /** Call once, after the last chunk: a last line without an end is a line too. */
  end(): readonly (Hint | UnreadableHint)[] {
    const found: (Hint | UnreadableHint)[] = [];
    if (this.#pendingBytes > 0) this.#endLine(found, 0);
    return found;
  }

  #keep(bytes: Uint8Array): void {
    const room = Math.max(0, maxHintLineBytes - this.#pendingBytes);
    this.#pending += this.#decoder.decode(bytes.subarray(0, room), { stream: true });
    this.#pendingBytes += bytes.length;
  }

  #endLine(found: (Hint | UnreadableHint)[], terminator: number): void {
    const line = this.#pending + this.#decoder.decode();
    const length = this.#pendingBytes;
    const offset = this.#offset;
    this.#pending = '';
    this.#pendingBytes = 0;
    this.#offset += length + terminator;
    this.#read += 1;
    if (this.isFull) return;
    if (length > maxHintLineBytes) {
      found.push({ hint: 'unreadable', reason: 'hint-too-long', line, offset, length });
      return;
    }
    found.push(readHint(line) ?? { hint: 'unreadable', reason: 'unreadable-hint', line, offset, length });
  }
}

const newline = 0x0a;

function readHint(line: string): Hint | undefined {
  const value = readJson(line);
  const hint = hintSchema.safeParse(value);
  if (!hint.success) return undefined;
  const time = timeSchema.safeParse(value);
  return { ...hint.data, line, unixNs: time.success ? BigInt(time.data.unix_ns) : undefined };
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
