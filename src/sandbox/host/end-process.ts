/**
 * Kills a process, or the group of a negative number; true when it is gone or going. False when it is not ours to end.
 */
export function endProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended between the look and the kill: that is what was wanted.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
