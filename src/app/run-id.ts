import { randomBytes } from 'node:crypto';

/** A new run's id: the UTC time it was made, so that folders sort by age, and chance, so that two never meet. */
export function newRunId(now: Date): string {
  const [date, time, ms] = now.toISOString().replace(/[-:Z]/g, '').split(/[T.]/);
  return `${date}-${time}${ms}-${randomBytes(3).toString('hex')}`;
}

/** Whether a folder has the name of a run, and so a time; earlier ones had whole seconds. */
export function isRunName(name: string): boolean {
  return /^\d{8}-\d{6}(?:\d{3})?-[0-9a-f]{6}$/.test(name);
}
