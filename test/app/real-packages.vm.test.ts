import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { missingDebianPackages } from '../../src/sandbox/host/debian-packages.ts';
import { exists } from '../../src/sandbox/image/cache.ts';
import { localSandboxProblem } from '../../src/sandbox/local/sandbox.ts';
import { buildhaus, reportOf, statuses } from '../helpers/buildhaus.ts';
import { debianSdists } from '../helpers/debian-sdists.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const hasApt = await exists('/usr/bin/apt-get');
const noApt = hasApt ? undefined : 'only apt can fetch the sdists';
const missing = await missingDebianPackages();
const noQemu = missing.length === 0 ? undefined : `this host lacks ${missing.join(', ')}`;
const because = (reason: string | undefined) => (reason === undefined ? '' : ` (skipped: ${reason})`);

/** Under emulation Jinja2's suite alone takes three minutes. */
const patienceMs = 900_000;

/**
 * What Jinja2 3.1.2 comes to. It was released two years before Python 3.13, which its suite shows: zipimport lost what
 * `PackageLoader.list_templates` reads, and unawaited generators are warnings that the suite makes errors.
 */
const jinja2 = [
  {
    platform: 'debian-12/cpython-3.11',
    sandbox: ['--sandbox', 'qemu'],
    outcome: 'passed',
    counts: { passed: 842, failed: 0, errors: 0 },
  },
  {
    // One emulated run of six minutes is enough each time; the other platform's image is tried as a local machine.
    platform: 'debian-13/cpython-3.13',
    sandbox: ['--sandbox', 'local', '--allow-weak-boundary'],
    outcome: 'failed',
    counts: { passed: 836, failed: 6, errors: 0 },
  },
] as const;

const skipJinja2 = noApt ?? noQemu ?? localSandboxProblem();
describe.skipIf(skipJinja2 !== undefined)(
  `Jinja2 from its sdist${because(skipJinja2)}`,
  { timeout: patienceMs },
  () => {
    let sdists: string;
    beforeAll(async () => {
      sdists = await debianSdists();
    });

    test.each(jinja2)('on $platform', async ({ platform, sandbox, outcome, counts }) => {
      await using folder = await temporaryFolder();
      const ended = await buildhaus(
        ...['analyze', path.join(sdists, 'Jinja2-3.1.2.tar.gz'), '--index', path.join(sdists, 'index')],
        ...['--platform', platform, ...sandbox, '--runs', folder.path, '--format', 'json'],
      );
      const report = reportOf(ended);
      expect(statuses(report)).toEqual({
        ...{ fetch: 'passed', unpack: 'passed', build: 'passed', install: 'passed', start: 'passed' },
        ...{ import: 'passed', 'entry-points': 'not-applicable', test: outcome, uninstall: 'passed' },
      });
      expect(report.tasks.find(({ name }) => name === 'test')?.tests).toMatchObject(counts);
      expect(report.tasks.flatMap(({ leftovers }) => leftovers)).toEqual([]);
      expect(['clean', 'note']).toContain(report.verdict.behaviour);
      expect(report.verdict.integrity).toBe('complete');
      expect(ended.code).toBe(0);

      const question = `select distinct phase from events where kind = 'process.exec' and ok and path like '%/cc1'`;
      const answer = await buildhaus('sql', question, '--format', 'json', '--runs', folder.path);
      expect(JSON.parse(answer.stdout)).toEqual([{ phase: 'build' }]);
    });
  },
);

const skipWheels = noApt ?? localSandboxProblem();
describe.skipIf(skipWheels !== undefined)(
  `a wheel of Debian's is installed as it is${because(skipWheels)}`,
  () => {
    test.each(['setuptools-66.1.1-py3-none-any.whl', 'wheel-0.38.4-py3-none-any.whl'])('%s', async wheel => {
      const sdists = await debianSdists();
      await using folder = await temporaryFolder();
      const at = (name: string) => path.join(folder.path, name);
      await mkdir(at('index'));
      const ended = await buildhaus(
        ...['analyze', path.join(sdists, wheel), '--index', at('index'), '--runs', at('runs')],
        ...['--format', 'json', '--sandbox', 'local', '--allow-weak-boundary', '--recipe', 'quick'],
      );
      const report = reportOf(ended);
      expect(statuses(report)).toMatchObject({
        ...{ unpack: 'not-applicable', build: 'not-applicable' },
        ...{ install: 'passed', import: 'passed', uninstall: 'passed' },
      });
      expect(report.verdict).toMatchObject({ grade: 'PASS', integrity: 'complete' });
      expect(ended.code).toBe(0);
    });
  },
);
