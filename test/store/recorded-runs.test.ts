import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemaVersion } from '../../src/store/bundle/layout.ts';
import { listRuns, verifyRun } from '../../src/store/bundle/runs.ts';
import { openRuns } from '../../src/store/run-reader.ts';
import { project } from '../helpers/buildhaus.ts';

/** One run as it was sealed by each layout there has been. None is ever made anew; a new layout adds its own. */
const recorded = join(project, 'test', 'store', 'recorded');

const runs = await readdir(recorded);

test('there is a recorded run of every layout', () => {
  const layouts = Array.from({ length: schemaVersion }, (_, before) => `layout-${before + 1}`);
  expect(runs.sort()).toEqual(layouts.sort());
});

describe.each(runs)('a recorded run, %s,', run => {
  test('is read, asked and found whole by this one', async () => {
    expect(await verifyRun(recorded, run)).toEqual([]);
    const { runs: listed, unreadable } = await listRuns(recorded);
    expect(unreadable).toEqual([]);
    expect(listed.find(one => one.run === run)).toMatchObject({
      package: { name: 'demo', version: '1.0' },
      tasks: [{ name: 'build', status: 'passed' }],
      findings: [{ rule: 'private-key-read', severity: 'high' }],
      verdict: { grade: 'PASS', behaviour: 'suspicious', integrity: 'complete' },
    });
    await using reader = await openRuns(recorded, [run]);
    const asked = await reader.query(
      'SELECT seq, kind, path, raddr, flags, times, argv FROM events ORDER BY seq',
    );
    const nothing = { path: null, raddr: null, flags: null, times: null, argv: null };
    expect(asked).toEqual([
      { ...nothing, seq: 1, kind: 'file.open', path: '/etc/hostname' },
      { ...nothing, seq: 2, kind: 'file.open', path: '/home/ada/.ssh/id_rsa', flags: ['argument-differs'] },
      { ...nothing, seq: 3, kind: 'file.access', path: '/no/such/file', flags: ['collapsed'], times: 1000 },
      { ...nothing, seq: 4, kind: 'process.exec', path: '/bin/sh', argv: ['sh', '-c', 'true'] },
      { ...nothing, seq: 5, kind: 'net.connect', raddr: '198.51.100.7' },
    ]);
    expect(await reader.query('SELECT rule FROM findings')).toEqual([{ rule: 'private-key-read' }]);
    expect(await reader.query('SELECT exe FROM processes')).toEqual([{ exe: '/bin/sh' }]);
  });
});
