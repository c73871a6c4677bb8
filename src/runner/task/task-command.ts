import type { TaskLimits, TracedCommand } from '../../model/evidence.ts';
import type { Facts, Task } from '../task.ts';

/** What the user says holds, also where it is more: a suite that takes hours can be given them. */
export function limitsFor(task: Task, timeoutMs = task.limits.wallMs): TaskLimits {
  return { ...task.limits, wallMs: timeoutMs };
}

/** What the session is asked to run for a task: its command line, surroundings and limits. */
export function commandFor(
  task: Task,
  how: {
    readonly facts: Facts;
    readonly limits: TaskLimits;
    readonly tty: boolean;
    readonly indexUrl: string | null;
  },
): TracedCommand {
  const { facts, limits, tty, indexUrl } = how;
  return {
    task: task.name,
    phase: task.phase,
    argv: task.argv(facts),
    cwd: facts.home,
    env: {
      ...environmentFor(facts, indexUrl),
      ...(task.codes === 'probe' ? probeEnvironmentFor(facts, limits) : {}),
    },
    user: 'user',
    network: indexUrl === null ? 'deny' : task.network,
    limits,
    tty,
  };
}

function environmentFor(facts: Facts, indexUrl: string | null): Readonly<Record<string, string>> {
  return {
    ...facts.places.environment,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_NO_CACHE_DIR: '1',
    ...(indexUrl === null ? {} : { PIP_INDEX_URL: indexUrl }),
  };
}

/** A probe ends a hanging part of its work before the agent ends the probe, to tell what it was. */
function probeEnvironmentFor(facts: Facts, limits: TaskLimits): Readonly<Record<string, string>> {
  const seconds = Math.max(1, Math.floor((limits.wallMs / 1000) * 0.9));
  return { ...facts.places.probeEnvironment, PROBE_LIMIT: String(seconds) };
}
