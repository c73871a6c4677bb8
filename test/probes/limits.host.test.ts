import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProbeHome } from './run-probe.ts';

const probes = path.resolve(import.meta.dirname, '../../guest/probes');

/** An environment with what a probe looks for in one, and no more. */
async function makeBareVenv(home: ProbeHome, record: Readonly<Record<string, string>>): Promise<void> {
  const info = home.path('venv', 'lib', 'python3', 'site-packages', 'a-1.dist-info');
  await mkdir(info, { recursive: true });
  for (const [name, content] of Object.entries(record)) await writeFile(path.join(info, name), content);
  await mkdir(home.path('venv', 'bin'));
  await symlink('/usr/bin/python3', home.path('venv', 'bin', 'python'));
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

function partOf({ hints }: Awaited<ReturnType<ProbeHome['run']>>) {
  return hints
    .filter(({ hint }) => hint === 'partial')
    .map(({ what, done, total }) => `${what}: ${done} of ${total}`);
}

describe('an archive', () => {
  /** Reads an archive of so many files of three bytes with limits of three files and nine bytes. */
  async function read(kind: 'tar' | 'zip', files: number, bytes: number) {
    await using home = await ProbeHome.create();
    return await home.python(
      '-c',
      `
import io, sys, tarfile, zipfile
sys.dont_write_bytecode = True
sys.path.append(${JSON.stringify(probes)})
import archive
archive.MAX_ENTRIES, archive.MAX_BYTES = 3, 9
if "${kind}" == "zip":
    with zipfile.ZipFile("a", "w") as made:
        for n in range(${files}): made.writestr("a/%d" % n, b"x" * ${bytes})
else:
    with tarfile.open("a", "w") as made:
        for n in range(${files}):
            member = tarfile.TarInfo("a/%d" % n)
            member.size = ${bytes}
            made.addfile(member, io.BytesIO(b"x" * ${bytes}))
try:
    archive.unpack("a", "out")
    print("unpacked")
except archive.BadArchive as error:
    print(error)
`,
    );
  }

  test.each(['tar', 'zip'] as const)('of as many files and bytes as may be is unpacked: %s', async kind => {
    expect(await read(kind, 3, 3)).toBe('unpacked\n');
  });

  test.each(['tar', 'zip'] as const)('of one file more is refused: %s', async kind => {
    expect(await read(kind, 4, 0)).toMatch(/^it holds more than \d+ files\n$/);
  });

  test.each(['tar', 'zip'] as const)('of one byte more is refused: %s', async kind => {
    expect(await read(kind, 1, 10)).toBe('it unpacks to more than 9 bytes\n');
  });
});

describe('work beyond its limit is told as left undone:', () => {
  test('more than 100 scripts', async () => {
    for (const [count, told] of [
      [100, []],
      [101, ['scripts: 100 of 101']],
    ] as const) {
      await using home = await ProbeHome.create();
      const scripts = `[console_scripts]\n${lines(count, index => `s${index} = a:b`)}`;
      await makeBareVenv(home, { 'entry_points.txt': scripts });
      expect(partOf(await home.run('entry-points', ['a-1-py3-none-any.whl']))).toEqual(told);
    }
  });

  test('more than 5000 modules', async () => {
    for (const [count, told] of [
      [5000, []],
      [5001, ['modules: 5000 of 5001']],
    ] as const) {
      await using home = await ProbeHome.create();
      await makeBareVenv(home, { RECORD: lines(count, index => `no/m${index}.py,,`) });
      expect(partOf(await home.run('import', ['a-1-py3-none-any.whl']))).toEqual(told);
    }
  });

  test('more than 20000 files to look for tests in', async () => {
    await using home = await ProbeHome.create();
    await makeBareVenv(home, {});
    await mkdir(home.path('project', 'data'), { recursive: true });
    const suite = 'import unittest\nclass A(unittest.TestCase):\n    def test(self): pass\n';
    await writeFile(home.path('project', 'test_a.py'), suite);
    await home.python('-c', 'import os\nfor n in range(19_999): os.mknod("project/data/%d" % n)');
    const most = await home.run('test', ['a-1-py3-none-any.whl']);
    expect([most.reason, partOf(most)]).toEqual(['unittest: 1 passed', []]);
    await writeFile(home.path('project', 'data', 'more'), '');
    const more = await home.run('test', ['a-1-py3-none-any.whl']);
    expect([more.reason, partOf(more)]).toEqual(['unittest: 1 passed', ['files: 20000 of 20001']]);
  });
});

test.each([
  ['a field that is too long', `${'x'.repeat(131_073)},,\n`],
  ['a name that no file has', '../../../bin/a\0,,\n'],
])('scripts are asked also where the list of files has %s', async (_, record) => {
  await using home = await ProbeHome.create();
  const scripts = '[console_scripts]\ns = a:b\n';
  await makeBareVenv(home, { RECORD: record, 'entry_points.txt': scripts });
  const ended = await home.run('entry-points', ['a-1-py3-none-any.whl']);
  expect(ended).toMatchObject({ code: 1, reason: 's was not installed' });
});
