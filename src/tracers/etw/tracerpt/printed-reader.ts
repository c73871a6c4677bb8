import type { DecodedEvent } from '../decoded-event.ts';

/** Takes what a printed trace holds. */
export interface PrintedVisitor {
  /** FILETIME of the first event, before that event. */
  startedAt(fileTime: bigint): void;
  event(event: DecodedEvent): void;
  diagnose(reason: string, text: string, where: { readonly offset: number; readonly length: number }): void;
}

/** Reads a trace that another program printed. Chunks may be split anywhere; never throws on input. */
export interface PrintedReader {
  push(chunk: Uint8Array): void;
  end(): void;
}
