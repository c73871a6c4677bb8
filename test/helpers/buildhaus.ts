import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { runReport } from '../../src/report/schema.ts';

/** The folder of the project. */
export const project = path.resolve(import.meta.dirname, '..', '..');

/** How a command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Settles when standard error has said what `pattern` matches, or the command has ended. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Runs a command line to its end, from the sources, in a process of its own. */
export function buildhaus(...args: readonly string[]): Promise<Ended> {
  return startBuildhaus(...args).ended;
}

/** Starts a command line; whoever does not wait for its end has to end it. */
export function startBuildhaus(...args: readonly string[]): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(project, 'src/main.ts'), ...args], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    said.stderr += part;
  });
  const closed = new Promise<number | null>(resolve => child.once('close', resolve));
  const says = (pattern: RegExp) =>
    new Promise<void>(resolve => {
      const look = () => pattern.test(said.stderr) && resolve();
      child.stderr.on('data', look);
      child.once('close', () => resolve());
      look();
    });
  return { child, says, ended: closed.then(code => ({ code, ...said })) };
}

/** The report of one run in the JSON that a command line printed. */
export function reportOf(ended: Ended) {
  if (ended.stdout === '') throw new Error(`no report; exit code ${ended.code}: ${ended.stderr}`);
  return runReport.parse(JSON.parse(ended.stdout));
}

/** The status of each task, by its name. */
export function statuses(report: ReturnType<typeof reportOf>): Readonly<Record<string, string>> {
  return Object.fromEntries(report.tasks.map(task => [task.name, task.status]));
}
