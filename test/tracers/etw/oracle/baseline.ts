/** One event as Microsoft's TraceEvent shows it: the first five of each kind are shown, with all of their fields. */
export interface ShownEvent {
  readonly kind: string;
  readonly ms: number;
  readonly fields: ReadonlyMap<string, string>;
}

export interface Baseline {
  readonly shown: readonly ShownEvent[];
  /** How many of each kind there are. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Reads TraceEvent's decode of a trace, lines like
 * `EVENT 28.502: Windows Kernel/Process/DCStart PID=4; TID=-1; ... CommandLine=; ` and
 * `COUNT Windows Kernel/Process/DCStart:32`.
 */
export function readBaseline(text: string): Baseline {
  const lines = text.split(/\r?\n/);
  const shown = lines.flatMap(line => {
    const [, ms = '', kind = '', fields = ''] = /^EVENT ([\d.,]+): (.*?) (PID=.*)$/.exec(line) ?? [];
    return kind === '' ? [] : [{ kind, ms: Number(ms.replaceAll(',', '')), fields: readFields(fields) }];
  });
  const counts = lines.flatMap(line => {
    const [, kind = '', count = ''] = /^COUNT (.*):(\d+)$/.exec(line) ?? [];
    return kind === '' ? [] : [[kind, Number(count)] as const];
  });
  return { shown, counts: new Map(counts) };
}

/** A value may hold semicolons: a field ends where `; name=` follows, or at the line's end. */
function readFields(text: string): Map<string, string> {
  const fields = text.matchAll(/(\w+)=(.*?); (?=\w+=|$)/g);
  return new Map(Array.from(fields, ([, name = '', value = '']) => [name, value]));
}
