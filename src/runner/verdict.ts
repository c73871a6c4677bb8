import { clip, clipNames } from '../base/clip.ts';
import type { Finding, UnansweredRule } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { Behaviour, Grade, Integrity, Verdict } from '../model/run.ts';
import type { TaskResult } from '../model/task.ts';

/** Something that keeps the evidence from being complete, and the sentence that says so. */
export interface Flaw {
  readonly kind: Exclude<Integrity, 'complete'>;
  readonly sentence: string;
}

/** What a verdict is formed from. */
export interface VerdictInput {
  readonly tasks: readonly Pick<TaskResult, 'name' | 'phase' | 'status' | 'reason' | 'tests'>[];
  readonly findings: readonly Pick<Finding, 'severity' | 'title'>[];
  readonly flaws: readonly Flaw[];
  /** How many rules were asked: none found means nothing when none was asked. */
  readonly rules: number;
  /** The index did not give what it was asked for: what fails after that may fail for want of it. */
  readonly hasIndexFailed: boolean;
}

/** Forms the verdict: three words, and a sentence for each that is not the best one. */
export function verdictOf(input: VerdictInput): Verdict {
  const integrity = integrityOf(input.flaws);
  const [grade, gradeReason] = gradeOf(input);
  const [behaviour, behaviourReason] = behaviourOf(input, integrity);
  const flaws = input.flaws.filter(flaw => flaw.kind === integrity).map(flaw => flaw.sentence);
  const reasons = [gradeReason, behaviourReason, flaws.length === 0 ? undefined : flaws.join('; ')];
  return { grade, behaviour, integrity, reasons: reasons.filter(reason => reason !== undefined) };
}

/** Files that no machine was given, as what they do to the evidence: a build on another host would see them. */
export function leftOutFlaw(paths: readonly string[]): Flaw {
  const sentence = `left out: ${clipNames(paths)}; analyze an sdist, or remove what is left out`;
  return { kind: 'truncated', sentence };
}

/** Named limits that a task reached, as what they do to the evidence. */
export function capFlaw(task: string, caps: readonly string[]): Flaw {
  return { kind: 'truncated', sentence: `${task} reached a limit: ${caps.join(', ')}` };
}

/** Longest reason told of a rule that could not be asked: the engine quotes the value that it could not convert. */
export const maxReasonLength = 300;

/** A rule that could not be asked, as what it does to the evidence: nobody knows what it would have found. */
export function ruleFlaw({ rule, reason }: UnansweredRule): Flaw {
  const [line = ''] = reason.split('\n');
  return { kind: 'incomplete', sentence: `rule ${rule} could not be asked: ${clip(line, maxReasonLength)}` };
}

/** Worst first: a run that was refused has no evidence at all, one that lost some is worse off than one that was cut. */
const worstFirst = ['refused', 'crashed', 'incomplete', 'timed-out', 'truncated'] as const;

function integrityOf(flaws: readonly Flaw[]): Integrity {
  return worstFirst.find(kind => flaws.some(flaw => flaw.kind === kind)) ?? 'complete';
}

/**
 * As CPAN Testers grade: FAIL only for what the package did itself. What we or the index could not do is UNKNOWN,
 * and a package that says it is not for this platform is NA.
 */
function gradeOf({ tasks, hasIndexFailed }: VerdictInput): readonly [Grade, string | undefined] {
  const install = tasks.find(task => task.phase === 'install');
  // What comes after looks for it in vain, which is no failure of its own.
  if (install?.status === 'not-applicable') return ['NA', install.reason];
  const failed = tasks.filter(task => task.phase !== 'fetch' && hasFailed(task));
  if (failed.length > 0 && !hasIndexFailed) return ['FAIL', sentenceOf(failed)];
  const unknown = tasks.filter(task => task.status === 'error' || hasFailed(task));
  if (unknown.length > 0) {
    const forWant = failed.length > 0 ? '; maybe for want of what the index, which failed, did not give' : '';
    return ['UNKNOWN', `${sentenceOf(unknown)}${forWant}`];
  }
  if (install?.status === 'passed') return ['PASS', undefined];
  return ['UNKNOWN', 'it was not installed'];
}

function hasFailed(task: VerdictInput['tasks'][number]): boolean {
  return task.status === 'failed' || task.status === 'timed-out';
}

function sentenceOf(tasks: VerdictInput['tasks']): string {
  return tasks.map(task => `${task.name} ${task.status}: ${task.reason}`).join('; ');
}

const behaviourBySeverity = {
  info: 'note',
  low: 'note',
  medium: 'suspicious',
  high: 'suspicious',
  critical: 'malicious',
} as const;

/**
 * Clean is a claim: it needs complete evidence, rules that looked at it, and a package whose code had its turn. Otherwise
 * nothing found is a `note`. What the recipe leaves out is not held against it: the report names the recipe.
 */
function behaviourOf(
  { findings, tasks, rules }: VerdictInput,
  integrity: Integrity,
): readonly [Behaviour, string | undefined] {
  const worst = severities.findLast(severity => findings.some(one => one.severity === severity));
  const finding = findings.find(one => one.severity === worst);
  if (worst !== undefined && finding !== undefined) {
    const noun = findings.length === 1 ? '1 finding' : `${findings.length} findings, the worst`;
    return [behaviourBySeverity[worst], `${noun} of severity ${worst}: ${finding.title}`];
  }
  if (integrity !== 'complete') {
    return ['note', `nothing was found, but evidence that is ${integrity} cannot be called clean`];
  }
  if (rules === 0) return ['note', 'nothing was found, since no rule was asked'];
  const unseen = tasks.filter(hidesCode);
  if (unseen.length === 0) return ['clean', undefined];
  const names = unseen.map(task => `${task.name} ${task.status}`).join(', ');
  return ['note', `nothing was found in what ran; not run, or not to its end: ${names}`];
}

/**
 * Whether code of the package may never have run because of how the task ended: one that raises at once hides what would
 * have come after. A suite that ran and has failing tests is no such case, and removing a package runs nothing of it.
 */
function hidesCode({ phase, status, tests }: VerdictInput['tasks'][number]): boolean {
  if (status === 'passed' || status === 'not-applicable' || phase === 'uninstall') return false;
  const hasRunTests = tests !== null && tests.passed + tests.failed > 0;
  return !(phase === 'test' && status === 'failed' && hasRunTests);
}
