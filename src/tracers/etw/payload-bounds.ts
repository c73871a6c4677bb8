import type { Event } from '../../model/event.ts';
import type { TraceItem } from '../../model/trace.ts';

/** Processes whose maker is remembered; beyond it the oldest is forgotten, and what it still does is not kept. */
export const MAX_PARENTS = 65_536;

/**
 * Windows' sessions trace the whole machine. Of a command that was bounded by markers, only it and its descendants count:
 * what its maker's other children and the system did is in the raw trace alone. The first marker with the command's nonce
 * is the true one: nothing of the command runs before it, and nobody is told the nonce. A journal of before nonces were
 * kept gives none, and there the first that looks like a marker has to do.
 *
 * `cmd.exe /d /c "rem buildhaus begin 4f1a..."`
 */
export class PayloadBounds {
  readonly #parents = new Map<number, number>();
  readonly #markers = new Set<number>();
  readonly #nonce: string | undefined;
  #maker: number | undefined;

  constructor(nonce?: string) {
    this.#nonce = nonce;
  }

  keep(items: readonly TraceItem[]): TraceItem[] {
    return items.filter(item => item.kind === 'diagnostic' || this.#isKept(item));
  }

  #isKept(event: Event): boolean {
    if (event.kind === 'process.fork' && event.child !== undefined) this.#remember(event.child, event.proc);
    if (event.kind === 'process.exec') this.#noteMarker(event.proc, event.argv?.at(-1) ?? '');
    if (event.kind === 'meta.lost' || event.kind === 'meta.note') return true;
    return this.#maker !== undefined && !this.#markers.has(event.proc) && this.#descends(event.proc);
  }

  #remember(child: number, parent: number): void {
    if (this.#parents.size >= MAX_PARENTS) {
      const [oldest] = this.#parents.keys();
      if (oldest !== undefined) this.#parents.delete(oldest);
    }
    this.#parents.set(child, parent);
  }

  #noteMarker(proc: number, lastArgument: string): void {
    const [, which, nonce] = /^rem buildhaus (begin|end) ([0-9a-f]{32})$/.exec(lastArgument) ?? [];
    if (which === undefined || (this.#nonce !== undefined && nonce !== this.#nonce)) return;
    const maker = this.#parents.get(proc);
    if (which === 'begin') this.#maker ??= maker;
    // One that the command made to look like a marker is an act of the command.
    if (maker === this.#maker) this.#markers.add(proc);
  }

  #descends(proc: number): boolean {
    let at = this.#parents.get(proc);
    for (let steps = 0; at !== undefined && steps < MAX_PARENTS; steps += 1) {
      if (at === this.#maker) return true;
      at = this.#parents.get(at);
    }
    return false;
  }
}
