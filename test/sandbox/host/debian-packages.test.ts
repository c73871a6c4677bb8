import { expect, test } from 'vitest';
import { installPackages } from '../../../src/sandbox/host/debian-packages.ts';

/** apt-get whose commands end so. */
const aptGet = (codes: Readonly<Record<string, number>>) => async (argv: readonly string[]) => {
  const [, command = ''] = argv;
  return { code: codes[command] ?? 0, stdout: '', stderr: `noise\nE: ${command} broke\n` };
};

test('packages that are installed are no trouble, though the lists are old', async () => {
  expect(await installPackages(['a'], aptGet({ update: 100 }))).toBeUndefined();
});

test('packages that are not are named, with what apt-get said last', async () => {
  const trouble = await installPackages(['a', 'b'], aptGet({ install: 100 }));
  expect(trouble).toBe('apt-get could not install a, b: E: install broke');
});

test('when the lists could not be fetched either, that is told', async () => {
  const trouble = await installPackages(['a'], aptGet({ update: 100, install: 100 }));
  expect(trouble).toContain('its lists are old, since they could not be fetched: E: update broke');
});
