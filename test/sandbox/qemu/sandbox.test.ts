import { expect, test } from 'vitest';
import { boundaryOf } from '../../../src/sandbox/qemu/sandbox.ts';

test('emulation is a weak boundary, hardware virtualization a strong one', () => {
  const boundaries = (['tcg', 'kvm', 'hvf'] as const).map(accelerator => boundaryOf({ accelerator }));
  expect(boundaries).toEqual(['weak', 'strong', 'strong']);
});
