import { eq, valid } from '@renovatebot/pep440';

/** Whether two spellings are one version (PEP 440): `1.0` and `1.0.0` are, `1.0` and `1.0.post1` are not. */
export function isSameVersion(one: string, other: string): boolean {
  if (valid(one) === null || valid(other) === null) return one.toLowerCase() === other.toLowerCase();
  return eq(one, other);
}
