import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** Longest line taken from QEMU, which a hostile guest may have taken over. */
const lineLimit = 1024 * 1024;

const messageSchema = z.looseObject({
  QMP: z.unknown().optional(),
  return: z.unknown().optional(),
  error: z.looseObject({ desc: z.string() }).optional(),
  event: z.string().optional(),
});

/** How often it is tried whether QEMU listens. */
const pollMs = 5;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** QEMU's machine protocol over its socket: one command at a time, in order. */
export class Monitor {
  readonly #socket: Socket;
  #waiting: Waiting[] = [];
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#fail());
  }

  /** Connects as soon as QEMU listens. */
  static async connect(path: string, signal: AbortSignal): Promise<Monitor> {
    for (;;) {
      signal.throwIfAborted();
      const socket = await tryConnect(path);
      if (socket) {
        const monitor = new Monitor(socket);
        await monitor.within(signal, () => monitor.execute('qmp_capabilities'));
        return monitor;
      }
      await sleep(pollMs);
    }
  }

  /** Does `work`; a QEMU that hangs in it is hung up on when `signal` is aborted, which fails the work. */
  async within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const close = () => this.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      if (signal.aborted) close();
      return await work();
    } finally {
      signal.removeEventListener('abort', close);
    }
  }

  /** Runs one command and gives its answer; an error of QEMU's is thrown with its text. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#socket.destroyed) this.#fail();
      else
        this.#socket.write(`${JSON.stringify({ execute: command, ...(args ? { arguments: args } : {}) })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: string): void {
    this.#text += chunk;
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      this.#handle(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 1);
    }
    if (this.#text.length > lineLimit) this.#socket.destroy();
  }

  #handle(line: string): void {
    const message = readMessage(line);
    if (!message || 'QMP' in message || message.event !== undefined) return;
    const waiting = this.#waiting.shift();
    if (message.error) waiting?.reject(new Error(`QEMU: ${message.error.desc}`));
    else waiting?.resolve(message.return);
  }

  #fail(): void {
    for (const { reject } of this.#waiting) reject(new Error('QEMU closed its monitor'));
    this.#waiting = [];
  }
}

function readMessage(line: string): z.infer<typeof messageSchema> | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise(resolve => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
