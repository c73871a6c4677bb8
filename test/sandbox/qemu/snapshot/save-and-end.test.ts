import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Monitor } from '../../../../src/sandbox/qemu/monitor.ts';
import { saveAndEnd } from '../../../../src/sandbox/qemu/snapshot/save-and-end.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { type QmpCommand, startFakeQemu } from '../fake-qemu.ts';

const done = '{"return":{}}\r\n';
const migrated = '{"return":{"status":"completed"}}\r\n';

/** What QEMU does besides answering: it sends its state, or it ends. */
interface Acts {
  readonly send: (command: QmpCommand, state: string) => void;
  readonly end: () => void;
}

/** Saves a machine whose QEMU is `play`; gives the state that was written. */
async function save(play: (command: QmpCommand, acts: Acts) => string | undefined, signal: AbortSignal) {
  await using folder = await temporaryFolder();
  let end = () => {};
  const stopped = new Promise<void>(resolve => {
    end = resolve;
  });
  const send = (command: QmpCommand, state: string) => {
    connect(command.arguments?.uri?.replace('unix:', '') ?? '').end(state);
  };
  const monitorPath = join(folder.path, 'monitor');
  await using _ = await startFakeQemu(monitorPath, command => play(command, { send, end }));
  const monitor = await Monitor.connect(monitorPath, AbortSignal.timeout(10_000));
  const target = join(folder.path, 'state');
  try {
    await saveAndEnd({ monitor, stopped }, { path: join(folder.path, 'sock'), target }, signal);
    return await readFile(target, 'utf8');
  } finally {
    monitor.close();
  }
}

const patience = () => AbortSignal.timeout(60_000);

test('a machine is paused, its state is written whole, and it is ended', async () => {
  const commands: string[] = [];
  const saving = save((command, { send, end }) => {
    commands.push(command.execute);
    if (command.execute === 'migrate') send(command, 'memory and devices');
    if (command.execute === 'quit') end();
    return command.execute === 'query-migrate' ? migrated : done;
  }, patience());
  expect(await saving).toBe('memory and devices');
  expect(commands).toEqual(['stop', 'migrate', 'query-migrate', 'quit']);
});

test.each(['stop', 'migrate', 'query-migrate'])(
  'a QEMU that ends after it accepted %j is waited for no longer',
  async last => {
    const saving = save((command, { send, end }) => {
      if (command.execute === 'migrate' && last === 'query-migrate') send(command, 'half');
      if (command.execute !== last) return done;
      end();
      return last === 'migrate' ? done : undefined;
    }, patience());
    await expect(saving).rejects.toMatchObject({
      kind: 'host',
      message: expect.stringContaining('QEMU ended'),
    });
  },
);

test.each(['stop', 'migrate', 'quit'])('Ctrl-C is seen while QEMU hangs in %j', async last => {
  const abort = new AbortController();
  const saving = save((command, { send }) => {
    if (command.execute === 'migrate' && last === 'quit') send(command, 'state');
    if (command.execute === last) abort.abort(new Error('interrupted'));
    return command.execute === 'query-migrate' ? migrated : done;
  }, abort.signal);
  await expect(saving).rejects.toThrow('interrupted');
});

test('a migration that QEMU refuses is told with its words', async () => {
  const refusal = '{"error":{"class":"GenericError","desc":"no room for it"}}\r\n';
  const saving = save(command => (command.execute === 'migrate' ? refusal : done), patience());
  await expect(saving).rejects.toThrow('QEMU: no room for it');
});
