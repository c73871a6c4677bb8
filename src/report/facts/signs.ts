import type { Severity } from '../../model/finding.ts';
import type { Behaviour, Grade, Integrity } from '../../model/run.ts';
import type { TaskStatus } from '../../model/task.ts';

/** What a line means for the reader. */
export type Tone = 'good' | 'note' | 'bad' | 'worst' | 'quiet' | 'strong';
/** A symbol that stands before a word, and the tone of both: colour never says anything alone. */
export type Sign = readonly [symbol: string, tone: Tone];

export const gradeSigns: Readonly<Record<Grade, Sign>> = {
  PASS: ['✓', 'good'],
  FAIL: ['✗', 'worst'],
  UNKNOWN: ['?', 'bad'],
  NA: ['–', 'quiet'],
};

export const behaviourSigns: Readonly<Record<Behaviour, Sign>> = {
  clean: ['✓', 'good'],
  note: ['•', 'note'],
  suspicious: ['▲', 'bad'],
  malicious: ['■', 'worst'],
};

/** Only whole evidence is good: everything else may hide something. */
export function integritySign(integrity: Integrity): Sign {
  return integrity === 'complete' ? ['✓', 'good'] : ['!', 'bad'];
}

export const severitySigns: Readonly<Record<Severity, Sign>> = {
  info: ['•', 'note'],
  low: ['•', 'note'],
  medium: ['▲', 'bad'],
  high: ['▲', 'bad'],
  critical: ['■', 'worst'],
};

export const statusSigns: Readonly<Record<TaskStatus, Sign>> = {
  passed: ['✓', 'good'],
  failed: ['✗', 'worst'],
  'timed-out': ['⧖', 'worst'],
  skipped: ['↷', 'bad'],
  'not-applicable': ['–', 'quiet'],
  error: ['!', 'bad'],
};
