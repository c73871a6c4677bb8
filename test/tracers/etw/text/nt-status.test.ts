import { expect, test } from 'vitest';
import { outcomeOf } from '../../../../src/tracers/etw/text/nt-status.ts';

test.each([
  [0, { ok: true }],
  [0x103, { ok: true }],
  [0x80000005, { ok: true }],
  [0xc0000034, { ok: false, errno: 'ENOENT' }],
  [-1073741772, { ok: false, errno: 'ENOENT' }],
  [0xc0000022, { ok: false, errno: 'EACCES' }],
  [0xc0000035, { ok: false, errno: 'EEXIST' }],
  [0xc0000043, { ok: false, errno: 'EBUSY' }],
  [0xc000dead, { ok: false, errno: 'NTSTATUS_0xC000DEAD' }],
])('status %i', (status, outcome) => {
  expect(outcomeOf(status)).toEqual(outcome);
});
