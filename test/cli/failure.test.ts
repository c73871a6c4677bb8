import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/user-error.ts';
import { describeFailure } from '../../src/cli/failure.ts';

describe('a failure', () => {
  test('that the user can mend is one line and its fix', () => {
    const error = new UserError('no such file', { help: 'give another' });
    expect(describeFailure(error, 'text')).toEqual({
      text: 'buildhaus: no such file\n  fix: give another',
      exitCode: 2,
    });
  });

  test('keeps the lines of a long fix apart', () => {
    const { text } = describeFailure(new UserError('no image', { help: 'it said:\none\ntwo' }), 'text');
    expect(text).toBe('buildhaus: no image\n  fix: it said:\n    one\n    two');
  });

  test('in JSON names its kind', () => {
    const { text } = describeFailure(new UserError('no KVM', { kind: 'host' }), 'json');
    expect(JSON.parse(text)).toEqual({ error: { code: 'host', message: 'no KVM', hint: null } });
  });

  test('of ours shows its stack, with an exit code that says nothing about the package', () => {
    const { text, exitCode } = describeFailure(new Error('unexpected case'), 'text');
    expect(text).toMatch(/^buildhaus: a bug: Error: unexpected case\n\s+at /);
    expect(exitCode).toBe(70);
  });

  test.each([
    ['of ours', new Error('the guest said \u001b]0;x\u0007')],
    ["of the user's", new UserError('\u001b]0;x\u0007', { help: '\u009b2J' })],
  ])('%s never carries what a guest could make a terminal do', (_, error) => {
    const { text } = describeFailure(error, 'text');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  });
});
