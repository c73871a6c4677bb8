import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { project } from '../helpers/buildhaus.ts';
import type { ProvenCase } from './expectation.ts';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** The tests of some files as they ended. */
export type TestReport = z.infer<typeof reportSchema>;

/** Runs the tests that prove cases, all in one go. */
export async function runTests(cases: readonly ProvenCase[]): Promise<TestReport> {
  const tests = cases.flatMap(one => one['proven-by']);
  const files = [...new Set(tests.map(({ file }) => file))];
  const titles = tests.map(({ title }) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  if (files.length === 0) return { testResults: [] };
  const folder = await mkdtemp(path.join(tmpdir(), 'buildhaus-hostile-'));
  const output = path.join(folder, 'report.json');
  try {
    const vitest = path.join(project, 'node_modules', 'vitest', 'vitest.mjs');
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--reporter=json', `--outputFile=${output}`, '-t', titles, ...files],
      { cwd: project, stdio: 'ignore' },
    );
    await new Promise(resolve => child.once('close', resolve));
    return reportSchema.parse(JSON.parse(await readFile(output, 'utf8')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with the tests that prove a case; a test that is not there or was skipped proves nothing. */
export function unproven(one: ProvenCase, report: TestReport): readonly string[] {
  return one['proven-by'].flatMap(({ file, title }) => {
    const results = report.testResults.filter(({ name }) => path.relative(project, name) === file);
    const tests = results
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => fullName.includes(title));
    if (tests.length === 0) return [`${file} has no test "${title}"`];
    return tests
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status }) => `"${fullName}" ${status}`);
  });
}
