import { expect, test } from 'vitest';
import { joinKey, toRegistryPath } from '../../../../src/tracers/etw/text/registry-path.ts';

const { raw } = String;
const sid = 'S-1-5-21-1-2-3-1001';

test.each([
  [raw`\REGISTRY\MACHINE\SOFTWARE\Python`, raw`HKLM\SOFTWARE\Python`],
  [raw`\Registry\Machine`, 'HKLM'],
  [raw`\REGISTRY\USER\S-1-5-21-1-2-3-1001\Software\x`, raw`HKCU\Software\x`],
  [raw`\REGISTRY\USER\s-1-5-21-1-2-3-1001_Classes\.py`, raw`HKCU\Software\Classes\.py`],
  [raw`\REGISTRY\USER\S-1-5-21-1-2-3-1001`, 'HKCU'],
  [raw`\REGISTRY\USER\S-1-5-21-9-9-9-500\Software`, raw`HKU\S-1-5-21-9-9-9-500\Software`],
  [raw`\REGISTRY\USER\.DEFAULT\x`, raw`HKU\.DEFAULT\x`],
  [raw`\REGISTRY\USER`, 'HKU'],
  [raw`\REGISTRY\A\{1}\x`, raw`\REGISTRY\A\{1}\x`],
  [raw`\REGISTRYX\MACHINE`, raw`\REGISTRYX\MACHINE`],
  ['', ''],
])('%s is written %s', (key, written) => {
  expect(toRegistryPath(key, sid)).toBe(written);
});

test('without its SID nobody is the current user', () => {
  expect(toRegistryPath(`\\REGISTRY\\USER\\${sid}\\x`, undefined)).toBe(`HKU\\${sid}\\x`);
});

test.each([
  [raw`\REGISTRY\MACHINE`, 'SOFTWARE', raw`\REGISTRY\MACHINE\SOFTWARE`],
  [raw`\REGISTRY\MACHINE`, raw`\SOFTWARE`, raw`\REGISTRY\MACHINE\SOFTWARE`],
  [raw`\REGISTRY\MACHINE`, raw`\REGISTRY\USER`, raw`\REGISTRY\USER`],
  [raw`\REGISTRY\MACHINE`, '', raw`\REGISTRY\MACHINE`],
  [undefined, 'Software', 'Software'],
])('%s and %s make %s', (base, name, key) => {
  expect(joinKey(base, name)).toBe(key);
});
