import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import { homeFolder } from '../host/home-folder.ts';
import { type ControlChannel, connectControl } from '../ssh/control-channel.ts';
import type { MachineFile } from './machine-file.ts';
import { plainWord } from './powershell.ts';

/** A machine's two users, logged in. */
export interface Logins extends AsyncDisposable {
  readonly administrator: ControlChannel;
  readonly ordinary: ControlChannel;
}

/** How long one attempt to log in may take, and the pause before the next. */
const attemptMs = 20_000;
const pauseMs = 1_000;

/** Waits until the machine answers, then logs in as both of its users. */
export async function logIn(file: MachineFile, signal: AbortSignal): Promise<Logins> {
  const until = Date.now() + file.waitSeconds * 1000;
  const administrator = await logInAs(file, file.administrator, until, signal);
  try {
    const ordinary = await logInAs(file, file.ordinary, until, signal);
    const dispose = async () => {
      await Promise.all([ordinary.close(), administrator.close()]);
    };
    return { administrator, ordinary, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await administrator.close();
    throw error;
  }
}

async function logInAs(
  file: MachineFile,
  login: MachineFile['ordinary'],
  until: number,
  signal: AbortSignal,
): Promise<ControlChannel> {
  const key = login.key.replace(/^~(?=\/)/, homeFolder());
  const client = await readFile(key, 'utf8').catch(cause => {
    throw new UserError(`the key ${key} of ${login.user} cannot be read`, { kind: 'host', cause });
  });
  for (;;) {
    try {
      return await connectControl(
        connect(file.port, file.address).setNoDelay(true),
        { client, host: file.hostKey },
        { username: login.user, quote: plainWord, readyTimeoutMs: attemptMs, signal },
      );
    } catch (cause) {
      signal.throwIfAborted();
      const said = messageOf(cause);
      // A machine that is still starting refuses or is silent; one that answers wrongly will not do better later.
      if (Date.now() > until || isFinal(said)) throw unreachable(file, login.user, said, cause);
      await wait(pauseMs, undefined, { signal });
    }
  }
}

function isFinal(said: string): boolean {
  return /host denied|verification failed|authentication methods failed|privateKey/i.test(said);
}

function unreachable(file: MachineFile, user: string, said: string, cause: unknown): UserError {
  const isKey = /host denied|verification failed/i.test(said);
  return new UserError(
    `${file.platform}: ${user}@${file.address}:${file.port} cannot be logged in to: ${said}`,
    {
      kind: 'host',
      help: isKey
        ? `the machine shows another host key than its file pins: see that it is your machine, then mend "hostKey"`
        : `try it: ssh -p ${file.port} ${user}@${file.address}`,
      cause,
    },
  );
}
