import type { Phase } from './task.ts';

/** How bad a finding is, mildest first. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Whether `severity` is at or above `threshold`. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(threshold);
}

/** One process of a chain, from the task's command down to the process that acted. */
export interface ProcessLink {
  readonly proc: number;
  readonly pid: number;
  readonly command: string;
}

/** One event a finding rests on, as a row of `events`, with the chain of processes that led to it. */
export interface Evidence {
  readonly seq: number;
  readonly at_ns: number;
  readonly kind: string;
  readonly call: string | null;
  /** One line that a person can read: the path, address or command. Hostile text. */
  readonly summary: string;
  readonly frame: string | null;
  readonly chain: readonly ProcessLink[];
}

/** One answer of a rule. Findings of one rule in one task are one finding with several pieces of evidence. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly task: string;
  readonly phase: Phase;
  /** How many events the rule matched; `evidence` may hold fewer. */
  readonly matches: number;
  readonly evidence: readonly Evidence[];
}

/** A rule that could not be asked: what it would have found is not known. `reason` may quote a guest: hostile text. */
export interface UnansweredRule {
  readonly rule: string;
  readonly reason: string;
}

/** What all rules together say of a run. */
export interface RuleAnswers {
  readonly findings: readonly Finding[];
  readonly unanswered: readonly UnansweredRule[];
}
