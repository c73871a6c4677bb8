/**
 * A host in a process of its own: `victim.ts SOCKET KEYS unread|read|trees`. Runs one program of the guest behind the socket,
 * reading its evidence or not, or lists its files again and again, and says how that ended and the most memory it took:
 * also where it could not log in.
 */
import { CapReached } from '../../../src/model/caps.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { createAgentSession } from '../../../src/sandbox/agent/session.ts';
import { connectGuest } from '../../../src/sandbox/qemu/connect-guest.ts';
import { nonce } from '../agent/guest-frames.ts';
import { machine } from './guest-agent.ts';

const [socketPath = '', keys = '{}', how] = process.argv.slice(2);
const { client, host } = JSON.parse(keys);
const signal = new AbortController().signal;
const channel = await connectGuest(socketPath, { client, host }, { readyTimeoutMs: 10_000, signal }).catch(
  (error: unknown) => say(String(error)),
);
const program = how === 'trees' ? undefined : await channel.exec(['x'], signal);
let end = 'unread';
if (how === 'read' && program !== undefined) {
  const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
  for await (const part of program.stdout) {
    const last = reader.push(part).at(-1);
    if (last?.kind === 'lost') end = last.reason;
    if (reader.isClosed) break;
  }
  program.kill();
}
if (how === 'unread') await new Promise(resolve => setInterval(() => program?.stderrText() && resolve(0), 5));
if (how === 'trees') end = await listTrees();
say(end, program?.stderrText().slice(0, 100));

function say(ended: string, complaint?: string): never {
  console.log(JSON.stringify({ end: ended, complaint, peakMiB: process.resourceUsage().maxRSS / 1024 }));
  process.exit();
}

/** Keeps what a run does: the first tree, the one before and the one after. Gives how large they were. */
async function listTrees(): Promise<string> {
  const session = createAgentSession(channel, machine, {
    serveIndex: channel.serveIndex,
    dispose: () => channel.close(),
  });
  const said: string[] = [];
  const trees: (readonly TreeEntry[])[] = [];
  for (;;) {
    try {
      trees.splice(1, trees.length - 2);
      trees.push(await session.listTree(signal));
      said.push(`${trees.at(-1)?.length}`);
    } catch (error) {
      return [...said, error instanceof CapReached ? error.cap : String(error)].join(' ');
    }
  }
}
