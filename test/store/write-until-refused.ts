/** Seals a small run, then writes a large one where that must fail; prints the error and what is left, as JSON. */
import { readdir } from 'node:fs/promises';
import { UserError } from '../../src/base/user-error.ts';
import { createRunWriter } from '../../src/store/run-writer.ts';
import { listRuns, verifyRun } from '../../src/store/runs.ts';
import { opened, sampleRun } from './sample.ts';

const [folder = '', how = ''] = process.argv.slice(2);

async function writeLarge(): Promise<void> {
  await using writer = await createRunWriter({ folder, run: 'large' });
  for (let from = 0; from < 200_000; from += 2_000) {
    const events = Array.from({ length: 2_000 }, (_, index) =>
      opened(from + index, `/${Math.random()}/${from}`),
    );
    await writer.appendEvents('build', 'build', events);
    if (how !== 'tables')
      await writer.writeRaw('build', 'trace', crypto.getRandomValues(new Uint8Array(60_000)));
  }
  await writer.seal(sampleRun('large'));
}

if (how !== 'read-only') {
  await using small = await createRunWriter({ folder, run: 'small' });
  await small.appendEvents('build', 'build', [opened(1, '/a')]);
  await small.seal(sampleRun('small'));
}
const error = await writeLarge().then(
  () => undefined,
  (thrown: unknown) => thrown,
);
const { runs, unreadable } = await listRuns(folder);
const left = {
  isUserError: error instanceof UserError,
  message: error instanceof Error ? error.message : undefined,
  help: error instanceof UserError ? error.help : undefined,
  kind: error instanceof UserError ? error.kind : undefined,
  runs: runs.map(({ run }) => run),
  unreadable,
  files: await readdir(folder),
  problems: how === 'read-only' ? [] : await verifyRun(folder, 'small'),
};
process.stdout.write(JSON.stringify(left));
