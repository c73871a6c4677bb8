import { describe, expect, test } from 'vitest';
import { reportDocument, reportJsonSchema, runReport } from '../../src/report/schema.ts';
import { toJson } from '../../src/report/to-json.ts';
import { calmRun, hostileRun, recordedRun } from './sample-runs.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('a report for machines', () => {
  test('of one run is the run itself, with the exit code of the command', async () => {
    const document = toJson([{ run: hostileRun, exitCode: 1 }], 1);
    expect(runReport.parse(document)).toEqual(document);
    await expect(json(document)).toMatchFileSnapshot('goldens/hostile-json.txt');
  });

  test('of several runs holds them, each with its own exit code', () => {
    const reported = [
      { run: calmRun, exitCode: 0 },
      { run: hostileRun, exitCode: 1 },
    ];
    const document = toJson(reported, 1);
    expect(reportDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      schema_version: 1,
      runs: [{ exit_code: 0 }, { exit_code: 1 }],
      exit_code: 1,
    });
  });

  test('of an imported trace has what its processes did', () => {
    const document = toJson([{ run: recordedRun, exitCode: 0 }], 0);
    expect(runReport.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      activity: {
        processes: [
          { pid: 400, depth: 0, was_found: true, exit_code: null },
          { pid: 500, depth: 1, was_found: false, exit_code: 0 },
        ],
        files: [{ kind: 'file.write', what: 'C:\\x', pid: 500, times: 1234 }],
        names: [],
        more: { processes: 7, network: 2 },
      },
    });
  });

  test('of no run has an empty list', () => {
    expect(toJson([], 3)).toEqual({ schema_version: 1, runs: [], exit_code: 3 });
  });

  test('writes nanoseconds as digits, also from a clock that lies', () => {
    const [task] = calmRun.tasks;
    if (task === undefined) throw new Error('the sample has tasks');
    const run = { ...calmRun, tasks: [{ ...task, started_ns: -1e21 }] };
    expect(toJson([{ run, exitCode: 0 }], 0)).toMatchObject({
      tasks: [{ started_ns: '-1000000000000000000000' }],
    });
  });

  test('has the schema that is published', async () => {
    await expect(json(reportJsonSchema())).toMatchFileSnapshot('../../schemas/report.schema.json');
  });
});
