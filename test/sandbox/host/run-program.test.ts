import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runProgram } from '../../../src/sandbox/host/run-program.ts';

test('a program gives its code and the last of what it said', async () => {
  const result = await runProgram(['sh', '-c', 'echo out; echo err >&2; exit 3']);
  expect(result).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('a program that is not there ends with 127', async () => {
  expect(await runProgram(['/no/such/program'])).toMatchObject({ code: 127 });
});

test('an aborted program has ended when its result is there', async () => {
  const abort = new AbortController();
  const pid = { value: '' };
  await runProgram(['sh', '-c', 'trap "sleep 0.3; exit 0" TERM; echo $$; while :; do sleep 0.05; done'], {
    signal: abort.signal,
    onLine: line => {
      pid.value = line;
      abort.abort();
    },
  });
  await expect(readFile(`/proc/${pid.value}/stat`)).rejects.toThrow('ENOENT');
});

test('a program is ended at once by a signal that is aborted already', async () => {
  expect(await runProgram(['sleep', '1000'], { signal: AbortSignal.abort() })).toMatchObject({ code: null });
});
