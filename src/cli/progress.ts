import { visible } from '../base/visible.ts';
import type { Progress } from '../model/ports.ts';

/** A line at least this often, so that a CI log or a person sees that long work goes on. */
const heartbeatMs = 25_000;

/** What progress needs of standard error. */
export interface ProgressTarget {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Shows nothing, for `-q`. */
export const silentProgress: Progress = { start: () => () => {}, note: () => {} };

/**
 * One line a step. On a terminal the running step rewrites its line with time and last note; elsewhere it prints when
 * it starts, every half minute, and when it ends. A note while none runs is a line of its own. Steps and notes may hold
 * what a package said: both are escaped.
 */
export function createProgress(target: ProgressTarget, options: { readonly verbose: boolean }): Progress {
  const { start, note } = target.isTTY
    ? createTerminalProgress(target)
    : createPlainProgress(target, options);
  return {
    start(step) {
      const finish = start(visible(step));
      return (outcome, more) => finish(outcome, more === undefined ? undefined : visible(more));
    },
    note: text => note(visible(text)),
  };
}

function createPlainProgress(target: ProgressTarget, options: { readonly verbose: boolean }): Progress {
  let lastNote = '';
  let running = 0;
  return {
    start(step) {
      running += 1;
      const began = Date.now();
      target.write(`  ..  ${step}\n`);
      lastNote = '';
      const timer = setInterval(() => {
        target.write(`  ..  ${step}: ${seconds(began)}${lastNote === '' ? '' : `, ${lastNote}`}\n`);
      }, heartbeatMs);
      timer.unref();
      return (outcome, note) => {
        clearInterval(timer);
        running -= 1;
        target.write(endLine(step, outcome, began, note));
      };
    },
    note(text) {
      lastNote = text;
      if (options.verbose || running === 0) target.write(noteLine(text));
    },
  };
}

function createTerminalProgress(target: ProgressTarget): Progress {
  let running: { readonly step: string; readonly began: number; note: string } | undefined;
  const draw = () => {
    if (running === undefined) return;
    const note = running.note === '' ? '' : `  ${running.note}`;
    const line = `  ..  ${running.step} (${seconds(running.began)})${note}`;
    target.write(`\r\u001b[K${line.slice(0, (target.columns ?? 80) - 1)}`);
  };
  return {
    start(step) {
      const current = { step, began: Date.now(), note: '' };
      running = current;
      draw();
      const timer = setInterval(draw, 250);
      timer.unref();
      return (outcome, note) => {
        clearInterval(timer);
        if (running === current) running = undefined;
        target.write(`\r\u001b[K${endLine(step, outcome, current.began, note)}`);
      };
    },
    note(text) {
      if (running === undefined) target.write(noteLine(text));
      else running.note = text.slice(0, 200);
    },
  };
}

const marks = { done: 'ok', failed: '!!', skipped: '--' } as const;

function endLine(step: string, outcome: keyof typeof marks, began: number, note: string | undefined): string {
  const more = note === undefined || note === '' ? '' : `: ${note}`;
  return `  ${marks[outcome]}  ${step} (${seconds(began)})${more}\n`;
}

function noteLine(text: string): string {
  return `      ${text}\n`;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
