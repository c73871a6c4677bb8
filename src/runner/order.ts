import type { TaskStatus } from '../model/task.ts';
import type { Product, Task } from './task.ts';

/**
 * Puts tasks into an order in which each comes after those that give what it needs; otherwise the order stays.
 * A recipe that holds a circle, or a need that nobody gives, is our bug and throws.
 */
export function orderTasks(tasks: readonly Task[]): readonly Task[] {
  const ordered: Task[] = [];
  const waiting = [...tasks];
  while (waiting.length > 0) {
    const index = waiting.findIndex(task => !needsOneOf(task, waiting));
    const next = waiting[index];
    if (next === undefined) throw new Error(`tasks need each other: ${waiting.map(t => t.name).join(', ')}`);
    for (const need of next.needs) {
      if (!ordered.some(task => gives(task, need))) throw new Error(`no task gives ${need} to ${next.name}`);
    }
    ordered.push(next);
    waiting.splice(index, 1);
  }
  return ordered;
}

/** A task that ended, as far as others depend on it. */
export interface EndedTask {
  readonly task: Task;
  readonly status: TaskStatus;
}

/**
 * The first task whose end keeps `task` from running, or undefined. One that was not applicable does not: what it
 * would have given is there already (a wheel needs no build) or is looked for in vain by a probe that says so.
 */
export function blockerOf(task: Task, ended: readonly EndedTask[]): Task | undefined {
  return ended.find(one => endsBadly(one.status) && task.needs.some(need => gives(one.task, need)))?.task;
}

/** Whether a task did not do what it was there for; whose fault that is, the verdict says. */
export function endsBadly(status: TaskStatus): boolean {
  return status !== 'passed' && status !== 'not-applicable';
}

function needsOneOf(task: Task, others: readonly Task[]): boolean {
  return task.needs.some(need => others.some(other => other !== task && gives(other, need)));
}

function gives(task: Task, product: Product): boolean {
  return task.gives.includes(product);
}
