import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createVenvLender, ProbeHome } from './run-probe.ts';

const makeSample = path.resolve(import.meta.dirname, 'make_sample.py');

const lendVenv = createVenvLender();

/** Code that makes an archive of tar members, each a call on `tar` with `info(name)` and `data`. */
const makeTar = (members: string) => `
import io, sys, tarfile, zipfile
def info(name, **fields):
    member = tarfile.TarInfo(name)
    for key, value in fields.items(): setattr(member, key, value)
    return member
data = lambda: io.BytesIO(b"x")
with tarfile.open("sample.tar.gz", "w:gz") as tar:
    ${members}
`;

describe('unpacking', () => {
  test.each([
    ['a parent folder', 'tar.addfile(info("../x", size=1), data())', 'leads out of the archive'],
    ['an absolute path', 'tar.addfile(info("/tmp/x", size=1), data())', 'leads out of the archive'],
    [
      'a link out',
      'tar.addfile(info("a/l", type=tarfile.SYMTYPE, linkname="../../x"))',
      'leads out of the archive',
    ],
    [
      'a hard link out',
      'tar.addfile(info("a/l", type=tarfile.LNKTYPE, linkname="../x"))',
      'leads out of the archive',
    ],
    [
      'a file written through a link',
      'tar.addfile(info("l", type=tarfile.SYMTYPE, linkname="d")); tar.addfile(info("d/y", size=1), data()); tar.addfile(info("l/x", size=1), data())',
      'goes through a link',
    ],
    [
      'a hard link to what lies behind a link',
      'tar.addfile(info("up", type=tarfile.SYMTYPE, linkname=".")); tar.addfile(info("d/l", type=tarfile.SYMTYPE, linkname="../up/..")); tar.addfile(info("x", type=tarfile.LNKTYPE, linkname="d/l/secret"))',
      'goes through a link',
    ],
    [
      'a hard link to its own folder',
      'tar.addfile(info("x", type=tarfile.LNKTYPE, linkname="."))',
      'the archive cannot be unpacked',
    ],
    ['a device', 'tar.addfile(info("dev", type=tarfile.CHRTYPE))', 'is a device or a pipe'],
    ['nothing', 'pass', 'the archive is empty'],
  ])('refuses an archive with %s', async (_, members, reason) => {
    await using home = await ProbeHome.create();
    await home.python('-c', makeTar(members));
    const end = await home.run('unpack', [home.path('sample.tar.gz')]);
    expect(end.code).toBe(1);
    expect(end.reason).toContain(reason);
  });

  test('refuses a text file that is called an archive', async () => {
    await using home = await ProbeHome.create();
    await writeFile(home.path('sample.tar.gz'), 'I am no archive\n');
    const end = await home.run('unpack', [home.path('sample.tar.gz')]);
    expect(end).toMatchObject({ code: 1 });
    expect(end.reason).toContain('the archive cannot be unpacked');
  });

  test('refuses an archive that was cut anywhere', async () => {
    await using home = await ProbeHome.create();
    await home.python(makeSample, home.path('whole.tar.gz'));
    const whole = await readFile(home.path('whole.tar.gz'));
    for (const share of [0.1, 0.5, 0.9]) {
      await writeFile(home.path('cut.tar.gz'), whole.subarray(0, Math.floor(whole.length * share)));
      const end = await home.run('unpack', [home.path('cut.tar.gz')]);
      expect(end).toMatchObject({ code: 1 });
      expect(end.reason).toContain('the archive cannot be unpacked');
    }
  });

  test('unpacks a zip, and one without a folder of its own', async () => {
    await using home = await ProbeHome.create();
    const code =
      'import zipfile\nwith zipfile.ZipFile("s.zip", "w") as z: z.writestr("setup.py", ""); z.writestr("a/b.py", "")';
    await home.python('-c', code);
    lendVenv(home);
    expect(await home.run('unpack', [home.path('s.zip')])).toMatchObject({ code: 0, reason: '2 files' });
    expect(await readFile(home.path('project', 'a', 'b.py'), 'utf8')).toBe('');
  });

  test('says what the package calls itself', async () => {
    await using home = await ProbeHome.create();
    await home.python(makeSample, home.path('s.tar.gz'));
    lendVenv(home);
    const { hints } = await home.run('unpack', [home.path('s.tar.gz')]);
    expect(hints).toContainEqual(
      expect.objectContaining({ hint: 'package', name: 'Sample', version: '1.0' }),
    );
  });

  test('has nothing to do for a wheel', async () => {
    await using home = await ProbeHome.create();
    expect(await home.run('unpack', ['/inbox/a-1-py3-none-any.whl'])).toMatchObject({ code: 77 });
  });
});

describe('fetching without an index', () => {
  test('fails when the package says that it needs something', async () => {
    await using home = await ProbeHome.create();
    lendVenv(home);
    await home.python(
      '-c',
      'import zipfile\nwith zipfile.ZipFile("a-1-py3-none-any.whl", "w") as z: z.writestr("a-1.dist-info/METADATA", "Name: a\\nRequires-Dist: b>=2\\nRequires-Dist: c; extra == \'x\'\\n")',
    );
    const end = await home.run('fetch', [home.path('a-1-py3-none-any.whl')]);
    expect(end).toMatchObject({ code: 1, reason: 'it needs b>=2, and there is no index' });
  });

  test('leaves a file that cannot be read to those who need it', async () => {
    await using home = await ProbeHome.create();
    lendVenv(home);
    await writeFile(home.path('sample.tar.gz'), 'I am no archive\n');
    expect(await home.run('fetch', [home.path('sample.tar.gz')])).toMatchObject({ code: 0 });
  });
});

describe('fetching from an index that fails', () => {
  test('asks it once for each tool of the build, and pip not at all', async () => {
    await using home = await ProbeHome.create();
    lendVenv(home);
    await home.python('-c', makeTar('tar.addfile(info("a-1/PKG-INFO", size=1), data())'));
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(502).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const env = { PIP_INDEX_URL: `http://127.0.0.1:${port}/simple` };
    await home.run('fetch', [home.path('sample.tar.gz')], env);
    server.close();
    expect(asked).toEqual(['HEAD /simple/setuptools/', 'HEAD /simple/wheel/']);
  });
});
