import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ProbeHome } from './run-probe.ts';

const probes = path.resolve(import.meta.dirname, '../../guest/probes');

/** Runs code that uses the shared module. */
async function withProbe(code: string, env: Record<string, string> = {}) {
  await using home = await ProbeHome.create();
  const file = home.path('code.py');
  await writeFile(
    file,
    `import os, sys\nsys.path.append(${JSON.stringify(probes)})\nimport probe\n${code}\n`,
  );
  return await home.run(path.relative(probes, file).replace(/\.py$/, ''), [], env);
}

test('a command that hangs is killed with all its children', async () => {
  const end = await withProbe(
    'ran = probe.run(["sh", "-c", "sleep 600 & sleep 600"], limit=0.3)\nprobe.end(0, str(ran.timed_out))',
  );
  expect(end.reason).toBe('True');
});

test('the time left for the whole probe also ends a command', async () => {
  const end = await withProbe('ran = probe.run(["sleep", "600"])\nprobe.end(0, str(ran.timed_out))', {
    PROBE_LIMIT: '0.3',
  });
  expect(end.reason).toBe('True');
});

test('what a command leaves running is not waited for', async () => {
  const end = await withProbe(
    'ran = probe.run(["sh", "-c", "echo done; sleep 5 & exit 4"])\nprobe.end(0, "%s %s" % (ran.code, ran.last()))',
  );
  expect(end.reason).toBe('4 done');
});

test('a command finds nothing of what the probe was told', async () => {
  const end = await withProbe(
    'ran = probe.run(["env"])\nprobe.end(0, str([one for one in ran.tail if "PROBE" in one]))',
  );
  expect(end.reason).toBe('[]');
});

test('work that is left undone is told, what was all done is not', async () => {
  const end = await withProbe(
    'probe.report_part("files", 2, 2)\nprobe.report_part("modules", 1, 2)\nprobe.end(0, "")',
  );
  const told = end.hints.filter(({ hint }) => hint === 'partial');
  expect(told).toMatchObject([{ what: 'modules', done: 1, total: 2 }]);
});

test('a command has no input', async () => {
  const end = await withProbe('ran = probe.run(["cat"])\nprobe.end(0, str(ran.code))');
  expect(end.reason).toBe('0');
});

test('on a terminal a command has one of its own, at which nobody types', async () => {
  const asks = 'test -t 0 && test -t 1 && test -t 2 && : </dev/tty && echo yes; cat; echo over';
  const end = await withProbe(`
terminal, other_side = os.openpty()
os.dup2(other_side, 0)
ran = probe.run(["sh", "-c", ${JSON.stringify(asks)}])
probe.end(0, "%s %s" % (ran.code, ran.tail))`);
  expect(end.reason).toBe("0 ['yes', 'over']");
  expect(end.output).toBe('yes\nover\n');
});

test('output is passed on, also without a line end and not in UTF-8', async () => {
  const end = await withProbe('ran = probe.run(["printf", "a\\\\nb\\\\377"])\nprobe.end(0, repr(ran.tail))');
  expect(end.output).toContain('a\nb');
  expect(end.reason).toBe("['a', 'b\ufffd']");
});

test('a flood of output keeps its end only', async () => {
  const end = await withProbe(
    'ran = probe.run(["sh", "-c", "yes | head -c 3000000; echo last"])\nprobe.end(0, "%d %s" % (len(ran.tail), ran.last()))',
  );
  expect(end.reason).toBe('200 last');
});

test('a hint is shortened, and half characters do not break it', async () => {
  const end = await withProbe('probe.end(0, "a\\ud800" + "b" * 9000)');
  expect(end.reason).toBe(`a?${'b'.repeat(498)}`);
});

test('without a hint stream nothing is said and nothing fails', async () => {
  const end = await withProbe('del probe.TOLD["PROBE_FD"]\nprobe.end(0, "unheard")');
  expect(end).toMatchObject({ code: 0, hints: [] });
});

test.each([
  ["  Installing build dependencies: finished with status 'error'", 'Installing build dependencies'],
  [
    '\\x1b[?25h  Preparing metadata (pyproject.toml) ... \\b \\b-\\b \\b\\\\\\b \\berror\\r',
    'Preparing metadata (pyproject.toml)',
  ],
  ["  Preparing metadata (setup.py): finished with status 'done'", 'None'],
  ['  Preparing metadata (setup.py) ... \\b \\bdone', 'None'],
  ["  Building wheel for x: finished with status 'error'", 'None'],
])('a step of pip that failed is told by its words, at a terminal too: %s', async (line, step) => {
  const code = `found = probe.STEP_FAILED.search("${line}")\nprobe.end(0, str(found and found.group(1)))`;
  expect((await withProbe(code)).reason).toBe(step);
});
