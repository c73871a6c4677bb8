import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { missingDebianPackages } from '../../src/sandbox/host/debian-packages.ts';

const missing = await missingDebianPackages();
const skipped = missing.length === 0 ? '' : ` (skipped: this host lacks ${missing.join(', ')})`;

test.skipIf(missing.length > 0)(`ten machines and runs in a row leave nothing behind${skipped}`, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--expose-gc', '--import', 'tsx', 'bench/soak.ts', '10', 'qemu'],
  ]);
  expect(stdout).toMatch(/10 rounds on qemu: 0 failures, 0 leaks\n$/);
});
