/**
 * Every cap: a named limit at which data is cut, dropped or not looked at. One that was reached stands in the `caps` of its
 * task, in every report, and makes the run truncated. docs/limits.md says what each of them means; a test holds the two
 * together.
 */
export const capNames = [
  // What comes out of the guest, and what its kernel enforces there.
  'trace-bytes',
  'stdout-bytes',
  'stderr-bytes',
  'hint-bytes',
  'processes',
  'memory',
  'file-bytes',
  'disk-full',
  'survivors',
  // What the probes did not come to.
  'modules',
  'scripts',
  'files',
  'hints',
  'left-out',
  // What the parsers remember.
  'too-many-threads',
  'too-many-descriptors',
  'too-many-open-calls',
  'too-many-processes',
  'too-many-files',
  'too-many-keys',
  // What is kept of the events, and held against the second sensor.
  'cheap-events',
  'event-text',
  'program-names',
  'missed-calls',
  // What is compared of the disk.
  'disk-changes',
  'changed-paths',
  'links',
  'tree-depth',
  'tree-size',
  'leftovers',
] as const;

export type CapName = (typeof capNames)[number];

/** Those that were reached. */
export function capsOf(isReached: Readonly<Partial<Record<CapName, boolean>>>): readonly CapName[] {
  return capNames.filter(name => isReached[name] === true);
}

/** Of an answer that is larger than a cap nothing is used: half of it would say something else. */
export class CapReached extends Error {
  override readonly name = 'CapReached';
  readonly cap: CapName;

  constructor(cap: CapName, sentence: string) {
    super(sentence);
    this.cap = cap;
  }
}
