import { describe, expect, test } from 'vitest';
import { openSandbox } from '../../src/app/sandboxes.ts';
import { quietProgress } from '../helpers/quiet-progress.ts';

describe('a sandbox that is namespaces of this host', () => {
  const open = (allowed: { readonly allowWeakBoundary: boolean; readonly requireStrongBoundary: boolean }) =>
    openSandbox({
      ...allowed,
      sandbox: 'local',
      mirror: undefined,
      progress: quietProgress,
      signal: AbortSignal.timeout(10_000),
    });

  test('is refused where a strong one is required', async () => {
    const opened = open({ allowWeakBoundary: true, requireStrongBoundary: true });
    await expect(opened).rejects.toThrow(/weak boundary/);
  });

  test('is refused unless it is allowed by name', async () => {
    const opened = open({ allowWeakBoundary: false, requireStrongBoundary: false });
    await expect(opened).rejects.toThrow(/this host's own kernel/);
  });
});
