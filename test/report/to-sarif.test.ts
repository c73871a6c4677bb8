import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/model/run.ts';
import { maxNameLength, toSarif } from '../../src/report/to-sarif.ts';
import { hostileValues } from '../helpers/hostile-values.ts';
import { codeScanning } from './code-scanning.ts';
import { runSaying } from './run-saying.ts';
import { calmRun, hostileRun } from './sample-runs.ts';

const hostile = Object.entries(hostileValues);

/** The one run of a document that GitHub's code scanning takes. */
function scanned(run: Run) {
  const text = { colour: false, width: 120, verbose: true };
  const written = toSarif({ runs: [{ run, exitCode: 1 }], exitCode: 1, failOn: 'high', text });
  return codeScanning.parse(JSON.parse(written)).runs[0];
}

describe('SARIF', () => {
  test.each(hostile)('is what code scanning takes: %s', (_, text) => {
    const run = scanned(runSaying(text));
    expect(run?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('pyproject.toml');
  });

  test('points to the line that a frame names', () => {
    const [first] = hostileRun.findings.filter(finding => finding.severity === 'critical');
    const run = scanned(hostileRun);
    expect(run?.results[0]).toMatchObject({
      ruleId: first?.rule,
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'setup.py' }, region: { startLine: 14 } } }],
    });
  });

  test('has an id of its own for each package and platform, whatever the package is called', () => {
    const idOf = (name: string) => {
      const run = { ...calmRun, package: { ...calmRun.package, name } };
      return scanned(run)?.automationDetails.id;
    };
    expect(idOf('Sample')).toBe('buildhaus/debian-12/cpython-3.11/Sample/');
    expect(idOf('x'.repeat(maxNameLength + 1))).toContain(`/${'x'.repeat(maxNameLength)}%`);
    for (const [, text] of hostile)
      expect(idOf(text)).toMatch(/^buildhaus\/debian-12\/cpython-3\.11\/[\w.~!*'()%-]+\/$/);
  });

  test('has the same fingerprint for the same finding in another run', () => {
    const print = (run: Run) => scanned(run)?.results[0]?.partialFingerprints;
    const [one, two] = ['/tmp/pip-a1b2c3d4/17/x', '/tmp/pip-99b2c3d4/4/x'].map(summary => {
      const finding = runSaying('x').findings.map(found => ({
        ...found,
        evidence: found.evidence.map(evidence => ({ ...evidence, summary })),
      }));
      return { ...runSaying('x'), findings: finding };
    });
    if (one === undefined || two === undefined) throw new Error('two runs were made');
    expect(print(one)).toEqual(print(two));
    expect(print(one)).not.toEqual(print(runSaying('x')));
  });
});
