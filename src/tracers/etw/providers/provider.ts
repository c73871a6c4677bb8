import type { Layout } from '../fields/layout.ts';

/** One event of a provider: its name, and its fields since the versions that changed them. */
export interface EventRow {
  readonly event: string;
  /** A record is read by the highest version that is not above its own. */
  readonly since: Readonly<Record<number, Layout>>;
}

/** What a provider writes, by event id (classic and kernel providers: by opcode). */
export interface Provider {
  readonly name: string;
  readonly guid: string;
  readonly events: Readonly<Record<number, EventRow>>;
}

/** A row whose fields are the same in every version. */
export function row(event: string, layout: Layout = {}): EventRow {
  return { event, since: { 0: layout } };
}

/** A row whose fields changed. */
export function rowSince(event: string, since: EventRow['since']): EventRow {
  return { event, since };
}

/** The kernel's own logger ("NT Kernel Logger"), as Microsoft's decoders name it. */
export const KERNEL = 'Windows Kernel';
