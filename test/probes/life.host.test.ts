import path from 'node:path';
import { expect, test } from 'vitest';
import { createVenvLender, ProbeHome } from './run-probe.ts';

const makeSample = path.resolve(import.meta.dirname, 'make_sample.py');

const lendVenv = createVenvLender();

/** Makes the sample package with some parts replaced, and takes it through the named probes, up to the last. */
async function liveThrough(home: ProbeHome, probes: readonly string[], changes: readonly string[] = []) {
  const file = home.path('sample-1.0.tar.gz');
  await home.python(makeSample, file, ...changes);
  if (probes.includes('install')) await home.makeVenv();
  else lendVenv(home);
  const ends = [];
  for (const name of probes) ends.push(await home.run(name, [file]));
  return ends;
}

const untilInstall = ['unpack', 'build', 'install'];

test('a package of ours lives from fetch to uninstall', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const names = ['fetch', ...untilInstall, 'import', 'entry-points', 'test', 'uninstall'];
  const ends = await liveThrough(home, names);
  expect(ends.map(end => [end.code, end.reason])).toEqual([
    [0, 'nothing was fetched'],
    [0, '6 files'],
    [0, 'built sample-1.0-py3-none-any.whl'],
    [0, 'Successfully installed sample-1.0'],
    [0, '2 of 2 modules imported'],
    [0, '1 of 1 scripts start'],
    [0, 'unittest: 1 passed'],
    [0, 'removed sample'],
  ]);
  const hooks = ends[2]?.hints.filter(hint => hint['hint'] === 'hook').map(hint => hint['name']);
  expect(hooks).toContain('Preparing metadata');
  expect(hooks).toContain('Building wheel for sample');
  expect(ends[6]?.hints).toContainEqual(expect.objectContaining({ hint: 'tests', passed: 1, failed: 0 }));
});

test('a build that raises fails with what it raised', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const ends = await liveThrough(home, ['unpack', 'build'], ['hook=raise RuntimeError("on purpose")']);
  expect(ends[1]).toMatchObject({ code: 1 });
  expect(ends[1]?.reason).toContain('Building wheel for sample: RuntimeError: on purpose');
});

test('a build whose backend asks for more than was fetched is made with the tools of the image', {
  timeout: 60_000,
}, async () => {
  await using home = await ProbeHome.create();
  const ends = await liveThrough(home, ['unpack', 'build'], ['wants=["nobody-has-this"]']);
  expect(ends[1]).toMatchObject({ code: 0, reason: 'built sample-1.0-py3-none-any.whl' });
});

test('a build that asks for input gets none', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const ends = await liveThrough(home, ['unpack', 'build'], ['hook=input("name? ")']);
  expect(ends[1]?.code).toBe(1);
  expect(ends[1]?.reason).toContain('EOFError');
});

test('modules that fail, exit or end the interpreter do not stop the others', {
  timeout: 60_000,
}, async () => {
  await using home = await ProbeHome.create();
  const ends = await liveThrough(
    home,
    [...untilInstall, 'import', 'test'],
    ['sub=import os; os._exit(3)', 'tests=def helper(): pass\n'],
  );
  expect(ends[3]).toMatchObject({
    code: 0,
    reason: '1 of 2 modules imported; not sample.sub (ended the interpreter with exit code 3)',
  });
  expect(ends[4]).toMatchObject({ code: 77, reason: 'no pytest, unittest or doctest suite was found' });
});

test('a top-level module that cannot be imported fails', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const ends = await liveThrough(
    home,
    [...untilInstall, 'import', 'entry-points'],
    ['init=import not_there_at_all', 'sub=import nor_this'],
  );
  expect(ends[3]).toMatchObject({ code: 1 });
  expect(ends[3]?.reason).toBe(
    "cannot import sample: ModuleNotFoundError: No module named 'not_there_at_all'",
  );
  expect(ends[4]?.code).toBe(1);
  expect(ends[4]?.reason).toContain('sample dies');
});

test('a script with windows is asked as well, and may die for want of a screen', {
  timeout: 60_000,
}, async () => {
  await using home = await ProbeHome.create();
  const scripts = '[console_scripts]\nsample = sample:main\n[gui_scripts]\nwindow = sample:window\n';
  const init = 'def main(): pass\ndef window(): raise RuntimeError("no display")\n';
  const probes = [...untilInstall, 'entry-points'];
  const ends = await liveThrough(home, probes, [`scripts=${scripts}`, `init=${init}`]);
  expect(ends[3]).toMatchObject({ code: 0, reason: '2 of 2 scripts start' });
  expect(ends[3]?.hints).toContainEqual(
    expect.objectContaining({ hint: 'script', name: 'window', ok: false }),
  );
});

test.each([
  ['', '#!python\nimport sys\nsys.exit("Traceback (most recent call last)")', 'exit code 1'],
  [' that names no interpreter', 'echo asked for "$1"', 'exit code 0'],
])(
  'a program that the package brings as it is%s is asked as well, and may die',
  {
    timeout: 60_000,
  },
  async (_, program, note) => {
    await using home = await ProbeHome.create();
    const probes = [...untilInstall, 'entry-points'];
    const ends = await liveThrough(home, probes, ['scripts=', `program=${program}\n`]);
    expect(ends[3]).toMatchObject({ code: 0, reason: '1 of 1 scripts start' });
    expect(ends[3]?.hints).toContainEqual(expect.objectContaining({ hint: 'script', name: 'program', note }));
  },
);

test('scripts and modules that are not come to in time are told', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const file = home.path('sample-1.0.tar.gz');
  const init = 'import time\ntime.sleep(9)\ndef main(): pass\n';
  const scripts = '[console_scripts]\none = sample:main\ntwo = sample:main\n';
  await liveThrough(home, untilInstall, [`scripts=${scripts}`, `init=${init}`]);
  const late = { PROBE_LIMIT: '3' };
  const partial = async (name: string) => {
    const { hints } = await home.run(name, [file], late);
    return hints.filter(({ hint }) => hint === 'partial');
  };
  expect(await partial('entry-points')).toMatchObject([{ what: 'scripts', done: 1, total: 2 }]);
  expect(await partial('import')).toMatchObject([{ what: 'modules', done: 1, total: 2 }]);
});

test('failing tests are counted and fail', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const tests = [
    'import unittest',
    'class T(unittest.TestCase):',
    '    def test_good(self): pass',
    '    def test_bad(self): self.fail()',
    '    def test_worse(self): 1/0',
    '    @unittest.skip("why not")',
    '    def test_skipped(self): pass',
  ];
  const ends = await liveThrough(home, ['unpack', 'test'], [`tests=${tests.join('\n')}\n`]);
  expect(ends[1]).toMatchObject({ code: 1, reason: 'unittest: 1 passed, 1 failed, 1 skipped, 1 errors' });
});

test('what tests leave in the temporary folder stays with the source', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const tests = [
    'import tempfile, unittest',
    'class T(unittest.TestCase):',
    '    def test_leaves(self): self.assertIn("/project/", tempfile.mkstemp()[1])',
  ];
  const ends = await liveThrough(home, ['unpack', 'test'], [`tests=${tests.join('\n')}\n`]);
  expect(ends[1]?.reason).toBe('unittest: 1 passed');
});

test('tests that need what is not here do not count against the package', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const tests = 'import unittest, not_there_at_all\nclass T(unittest.TestCase): pass\n';
  const ends = await liveThrough(home, ['unpack', 'test'], [`tests=${tests}`]);
  expect(ends[1]?.code).toBe(77);
  expect(ends[1]?.reason).toContain('not here: not_there_at_all');
});

test('doctests are found where there are no other tests', { timeout: 60_000 }, async () => {
  await using home = await ProbeHome.create();
  const sub = 'def two():\n    """\n    >>> two()\n    2\n    """\n    return 2\n';
  const ends = await liveThrough(home, ['unpack', 'test'], [`sub=${sub}`, 'tests=']);
  expect(ends[1]).toMatchObject({ code: 0, reason: 'doctest: 1 passed' });
});
