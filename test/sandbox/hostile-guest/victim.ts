/**
 * A host in a process of its own: `victim.ts SOCKET KEYS unread|read`. Runs one program of the guest behind the socket,
 * reading its evidence or not, and says how that ended and the most memory it took.
 */
import { EvidenceReader } from '../../../src/sandbox/agent/evidence-reader.ts';
import { connectGuest } from '../../../src/sandbox/qemu/connect-guest.ts';
import { nonce } from '../agent/guest-frames.ts';

const [socketPath = '', keys = '{}', how] = process.argv.slice(2);
const { client, host } = JSON.parse(keys);
const signal = new AbortController().signal;
const channel = await connectGuest(socketPath, { client, host }, { readyTimeoutMs: 10_000, signal });
const program = await channel.exec(['x'], signal);
let end = 'unread';
if (how === 'read') {
  const reader = new EvidenceReader({ nonce, traceBytes: 0, outputBytes: 0 });
  for await (const part of program.stdout) {
    const last = reader.push(part).at(-1);
    if (last?.kind === 'lost') end = last.reason;
    if (reader.isClosed) break;
  }
  program.kill();
}
if (how === 'unread') await new Promise(resolve => setInterval(() => program.stderrText() && resolve(0), 5));
const complaint = program.stderrText().slice(0, 100);
console.log(JSON.stringify({ end, complaint, peakMiB: process.resourceUsage().maxRSS / 1024 }));
process.exit();
