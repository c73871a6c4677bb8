import { crc32 } from 'node:zlib';
import { endlessHeader, pax, type TarEntry, tarGz } from './tar.ts';
import { bzippedZeros, deflatedZeros, overlappingZip, type ZipEntry, zip } from './zip.ts';

/** An archive that would harm whoever unpacks it: made when it is asked for, so that no bomb lies in the repository. */
export interface MadeArchive {
  readonly file: string;
  readonly bytes: Uint8Array;
}

const top = 'evil-1.0';
const gibibyte = 1024 ** 3;
const setup = { name: `${top}/setup.py`, content: '# nothing\n' };

/** Every archive a case can name. */
export const archives: Readonly<Record<string, () => MadeArchive>> = {
  'zip-of-zeros': () =>
    zipped([{ name: `${top}/zeros`, deflated: deflatedZeros(3072), size: BigInt(3 * gibibyte) }]),
  'zip-that-lies-small': () => zipped([{ name: `${top}/zeros`, deflated: deflatedZeros(3072), size: 10n }]),
  'zip-in-bzip2': () => zipped([{ name: `${top}/zeros`, deflated: bzippedZeros(20), method: 12, size: 10n }]),
  'zip-of-overlaps': () => ({ file: `${top}.zip`, bytes: overlappingZip(oneContent(1000)) }),
  'zip-of-many-names': () => zipped(manyNames(250_000)),
  'zip-in-a-zip': () => zipped([setup, { name: `${top}/inner.zip`, content: 'PK\x05\x06'.padEnd(22, '\0') }]),
  'zip-of-double-names': () => zipped([setup, { ...setup, content: '# the second\n' }]),
  'zip-of-other-case': () =>
    zipped([setup, { name: `${top}/SETUP.py` }, { name: `${top}/é` }, { name: `${top}/e\u0301` }]),
  'zip64-that-lies': () => zipped([{ name: `${top}/huge`, content: 'x', size: 1n << 60n }]),
  'zip-of-two-names': () => zipped([{ name: `${top}/setup.py`, localName: `${top}/../../x` }]),
  'zip-with-a-link': () => zipped([{ name: `${top}/link`, content: '/etc/passwd', mode: 0o120777 }]),
  'zip-that-leads-out': () => zipped([setup, { name: '../../../../tmp/escaped' }]),
  'tar-of-zeros': () => tarred([{ name: `${top}/zeros`, size: 3 * gibibyte }]),
  'tar-of-holes': () => tarred([pax({ size: String(1024 * gibibyte) }), { name: `${top}/holes` }]),
  'tar-of-deep-folders': () => tarred([pax({ path: `${top}/${'d/'.repeat(3000)}x` }), { name: 'x' }]),
  'tar-with-huge-metadata': () =>
    tarred([setup, { name: `${top}/PKG-INFO`, content: `Name: evil\n${'X: y\n'.repeat(2_000_000)}` }]),
  'tar-with-endless-header': () => ({ file: `${top}.tar.gz`, bytes: endlessHeader(512) }),
  'tar-that-leads-up': () => tarred([setup, { name: '../../../../tmp/escaped', content: 'x' }]),
  'tar-that-is-absolute': () => tarred([setup, { name: '/tmp/escaped', content: 'x' }]),
  'tar-through-a-link': () =>
    tarred([
      { name: `${top}/out`, type: '2', link: '/tmp' },
      { name: `${top}/out/escaped`, content: 'x' },
    ]),
  'tar-link-over-a-link': () =>
    tarred([
      { name: `${top}/out`, type: '2', link: '.' },
      { name: `${top}/out`, type: '2', link: '/tmp/escaped' },
      { name: `${top}/out`, content: 'x' },
    ]),
  'tar-with-a-hard-link': () => tarred([setup, { name: `${top}/x`, type: '1', link: '../../../etc/passwd' }]),
  'tar-hard-link-to-a-link': () =>
    tarred([
      { name: `${top}/a`, type: '2', link: 'b' },
      { name: `${top}/c`, type: '1', link: `${top}/a` },
      { name: `${top}/c`, content: 'x' },
    ]),
  'tar-with-a-device': () => tarred([setup, { name: `${top}/null`, type: '3' }]),
  'tar-with-setuid': () => tarred([{ ...setup, mode: 0o6755 }]),
  'wheel-that-leads-out': () => wheel([{ name: '../../../../../../tmp/escaped', content: 'x' }]),
  'wheel-of-absolute-scripts': () =>
    wheel([{ name: 'evil-1.0.data/scripts//tmp/escaped', content: '#!python\n' }]),
  'wheel-whose-record-lies': () =>
    wheel([], '../../../../../../etc/hostname,,\n../../../../../../tmp/victim,,\n'),
  'wheel-with-a-path-file': () => wheel([{ name: 'evil.pth', content: readsAKey }]),
  'wheel-with-another-pip': () => wheel([{ name: 'pip/__init__.py', content: '"""Another."""\n' }]),
  'wheel-with-a-borrowed-path-file': () =>
    wheel([
      { name: 'distutils-precedence.pth', content: readsAKey },
      { name: 'evil-1.0.data/purelib/setuptools-99.dist-info/RECORD', content: '' },
      { name: 'setuptools/__init__.py', content: '' },
    ]),
};

const readsAKey = "import os; open(os.path.expanduser('~/.ssh/id_ed25519')).read()\n";

function zipped(entries: readonly ZipEntry[]): MadeArchive {
  return { file: `${top}.zip`, bytes: zip(entries) };
}

function tarred(entries: readonly TarEntry[]): MadeArchive {
  return { file: `${top}.tar.gz`, bytes: tarGz(entries) };
}

/** A wheel whose record names its files, and what else `record` says. */
function wheel(files: readonly ZipEntry[], record = ''): MadeArchive {
  const info = 'evil-1.0.dist-info';
  const own: readonly ZipEntry[] = [
    { name: 'evil.py', content: '"""Nothing."""\n' },
    ...files,
    { name: `${info}/METADATA`, content: 'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n' },
    {
      name: `${info}/WHEEL`,
      content: 'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    },
  ];
  const lines = [...own.map(({ name }) => `${name},,\n`), `${info}/RECORD,,\n`, record];
  return {
    file: `${top}-py3-none-any.whl`,
    bytes: zip([...own, { name: `${info}/RECORD`, content: lines.join('') }]),
  };
}

/** The trick that makes petabytes of a few megabytes: all of them are the same bytes, and each by itself is in order. */
function oneContent(count: number): readonly ZipEntry[] {
  const mebibytes = 64;
  const one = {
    deflated: deflatedZeros(mebibytes),
    crc: crc32(Buffer.alloc(mebibytes << 20)),
    size: BigInt(mebibytes << 20),
  };
  return Array.from({ length: count }, (_, index) => ({ name: `${top}/${index}`, ...one }));
}

function manyNames(count: number): readonly ZipEntry[] {
  const deflated = Buffer.from([3, 0]);
  return Array.from({ length: count }, (_, index) => ({
    name: `${top}/${index}`,
    deflated,
    overlaps: index > 0,
  }));
}
