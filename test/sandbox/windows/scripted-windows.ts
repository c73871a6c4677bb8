import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import ssh2, { type ServerChannel } from 'ssh2';
import type { Session } from '../../../src/model/ports.ts';
import { createKeyPair } from '../../../src/sandbox/ssh/create-key-pair.ts';
import type { MachineFile } from '../../../src/sandbox/windows/machine-file.ts';
import { bootstrap } from '../../../src/sandbox/windows/powershell.ts';
import { createWindowsSandbox } from '../../../src/sandbox/windows/sandbox.ts';
import { quietProgress } from '../../helpers/quiet-progress.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** What a script gets: its output and how it ends. */
export interface Answer {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string | Uint8Array;
  /** Exit code; null: the channel closes without one. */
  readonly code?: number | null;
  /** The machine is gone in the middle of its answer. */
  readonly drops?: boolean;
  /** It never comes to an end. */
  readonly hangs?: boolean;
}

/** A script that came in: who sent it, its text, and what followed it on standard input. */
export interface Received {
  readonly user: string;
  readonly script: string;
  readonly input: Buffer;
}

/** The first entry whose text is in the script answers it; none is a test that does not know what it asks for. */
export type Script = readonly (readonly [part: string, answer: Answer | AnswerTo])[];

/** Answers what came in last, knowing all that did. */
type AnswerTo = (received: Received, all: readonly Received[]) => Answer;

/** A machine that plays Windows behind a real SSH server. */
export interface ScriptedWindows extends AsyncDisposable {
  readonly file: MachineFile;
  readonly received: readonly Received[];
}

const hostKey = createKeyPair();
const otherKey = createKeyPair();
const clientKey = createKeyPair();

export async function startWindows(
  script: Script,
  how: { readonly pinsOtherKey?: boolean; readonly revert?: readonly [string, ...string[]] } = {},
): Promise<ScriptedWindows> {
  const folder = await temporaryFolder();
  const key = path.join(folder.path, 'key');
  await writeFile(key, clientKey.private, { mode: 0o600 });
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket, script, received);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const file: MachineFile = {
    platform: 'windows-11/cpython-3.12',
    address: '127.0.0.1',
    port,
    hostKey: (how.pinsOtherKey ? otherKey : hostKey).public.trim(),
    administrator: { user: 'Administrator', key },
    ordinary: { user: 'mira', key },
    boundary: 'strong',
    values: { machine: 'win11', snapshot: 'clean' },
    revert: [...(how.revert ?? ['true', '{machine}', '{snapshot}'])],
    stop: ['true', '{machine}'],
    waitSeconds: 1,
    python: ['C:\\Windows\\py.exe', '-3.12'],
  };
  return {
    file,
    received,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => listener.close(() => resolve()));
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A session of a scripted machine, as the driver opens it. */
export function restore(file: MachineFile): Promise<Session> {
  const sandbox = createWindowsSandbox({ machines: [file], progress: quietProgress });
  return sandbox.restore(file.platform, new AbortController().signal);
}

function serve(socket: Socket, script: Script, received: Received[]): void {
  const server = new ssh2.Server({ hostKeys: [hostKey.private] }, connection => {
    let user = '';
    connection.on('error', () => socket.destroy());
    connection.on('authentication', context => {
      user = context.username;
      context.accept();
    });
    connection.on('request', accept => accept?.());
    connection.on('session', accept => {
      accept().on('exec', (acceptExec, refuse, { command }) => {
        // Whatever is sent besides the one constant line would have to be quoted for cmd.
        if (command !== bootstrap.join(' ')) return refuse();
        const channel = acceptExec();
        collect(channel, last => play(channel, last, { script, socket, received }), user, received);
      });
    });
  });
  server.injectSocket(socket);
}

function collect(
  channel: ServerChannel,
  done: (received: Received) => void,
  user: string,
  all: Received[],
): void {
  const chunks: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => chunks.push(chunk));
  channel.once('end', () => {
    const bytes = Buffer.concat(chunks);
    const end = bytes.indexOf('\n');
    const line = bytes.subarray(0, end).toString('latin1');
    const received = {
      user,
      script: Buffer.from(line, 'base64').toString('utf8'),
      input: bytes.subarray(end + 1),
    };
    all.push(received);
    done(received);
  });
}

interface Play {
  readonly script: Script;
  readonly socket: Socket;
  readonly received: readonly Received[];
}

function play(channel: ServerChannel, last: Received, { script, socket, received }: Play): void {
  const [, found] = script.find(([part]) => last.script.includes(part)) ?? [];
  const answer = typeof found === 'function' ? found(last, received) : found;
  if (answer === undefined) channel.stderr.write(`no answer is scripted for: ${last.script}`);
  if (answer?.stderr !== undefined) channel.stderr.write(Buffer.from(answer.stderr));
  if (answer?.stdout !== undefined) channel.write(Buffer.from(answer.stdout));
  if (answer?.hangs) return;
  if (answer?.drops) {
    setTimeout(() => socket.destroy(), 20);
    return;
  }
  const code = answer === undefined ? 1 : (answer.code ?? (answer.code === null ? null : 0));
  if (code !== null) channel.exit(code);
  channel.end();
}
