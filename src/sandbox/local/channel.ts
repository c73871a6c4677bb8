import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { type GuestChannel, type GuestExit, type GuestProcess, stderrCap } from '../agent/channel.ts';
import { keepHead } from '../host/keep-text.ts';

/** What root inside must not have, since the kernel is the host's: its clock, its modules, its hardware, its log. */
const deniedCapabilities = [
  'sys_time',
  'sys_module',
  'sys_rawio',
  'sys_boot',
  'syslog',
  'mac_admin',
  'mac_override',
  'audit_control',
  'wake_alarm',
  'block_suspend',
  'linux_immutable',
];

/** How long a program may take to notice that its streams are gone. */
const killAfterMs = 5_000;

/** Runs programs in the namespaces of the process `pid`. */
export function createLocalChannel(pid: number): GuestChannel {
  return {
    exec(argv, signal) {
      const bounds = deniedCapabilities.map(name => `-${name}`).join(',');
      const enter = ['nsenter', '--target', String(pid), '--mount', '--pid', '--net', '--uts', '--ipc', '--'];
      const child = spawn('/usr/bin/setpriv', ['--bounding-set', bounds, '--', ...enter, ...argv], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      });
      return started(child, signal);
    },
  };
}

async function started(child: ChildProcessWithoutNullStreams, signal: AbortSignal): Promise<GuestProcess> {
  const { text: stderrText, isCut: isStderrCut } = keepHead(child.stderr, stderrCap);
  const closed = new Promise<GuestExit>(resolve => {
    child.on('close', (code, endingSignal) => resolve({ code, signal: endingSignal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve);
    child.on('error', reject);
  });
  let timer: NodeJS.Timeout | undefined;
  const kill = () => {
    if (timer !== undefined || child.exitCode !== null) return;
    // Closing its streams ends the agent and all that it started; killing only the program that entered would not.
    child.stdin.destroy();
    child.stdout.destroy();
    timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  signal.addEventListener('abort', kill, { once: true });
  child.on('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  });
  if (signal.aborted) kill();
  return { stdin: child.stdin, stdout: child.stdout, stderrText, isStderrCut, closed, kill };
}
