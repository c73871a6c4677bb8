import { randomBytes } from 'node:crypto';

/** A new run's id: the UTC time it was made, so that folders sort by age, and chance, so that two never meet. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${date}-${time}-${randomBytes(3).toString('hex')}`;
}
