import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openFolderIndex } from '../../../src/packages/index/folder-index.ts';
import { toPackageIndex } from '../../../src/packages/index/index-source.ts';
import { openUpstreamIndex } from '../../../src/packages/index/upstream-index.ts';
import { rememberedPages } from '../../../src/packages/limits.ts';
import { fetchRequirement } from '../../../src/packages/requirement.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const json = { accept: 'application/vnd.pypi.simple.v1+json' };
const ask = (url: string, headers: Record<string, string> = {}) =>
  new Request(`http://127.0.0.1:3141${url}`, { headers });

describe('a folder shown as an index', () => {
  test('lists a project under any spelling of its name, in JSON and in HTML', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'Mark_Up-1.0.tar.gz'), gzipSync(''));
    await writeFile(path.join(folder.path, 'notes.txt'), 'not a package');
    const index = toPackageIndex(await openFolderIndex(folder.path));
    expect(await (await index(ask('/simple/mark.up/', json))).json()).toMatchObject({
      name: 'mark-up',
      files: [{ filename: 'Mark_Up-1.0.tar.gz', url: '/files/mark-up/Mark_Up-1.0.tar.gz' }],
    });
    expect(await (await index(ask('/simple/mark-up/'))).text()).toContain('>Mark_Up-1.0.tar.gz</a>');
    expect(await (await index(ask('/simple/', json))).json()).toMatchObject({
      projects: [{ name: 'mark-up' }],
    });
  });

  test('gives the bytes of a listed file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a-1.0.zip'), 'bytes');
    const index = toPackageIndex(await openFolderIndex(folder.path));
    expect(await (await index(ask('/files/a/a-1.0.zip'))).text()).toBe('bytes');
  });

  test.each([
    '/simple/missing/',
    '/files/a/..%2F..%2Fetc%2Fpasswd',
    '/files/a/%2e%2e',
    '/',
    '/simple/%ff/',
    '/etc/passwd',
  ])('answers %s with not found', async url => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a-1.0.zip'), 'bytes');
    const index = toPackageIndex(await openFolderIndex(folder.path));
    expect((await index(ask(url))).status).toBe(404);
  });

  test('refuses two sdists that claim to be the same release, naming both', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'Foo-1.0.tar.gz'), '');
    await writeFile(path.join(folder.path, 'foo-1.0.0.zip'), '');
    await expect(openFolderIndex(folder.path)).rejects.toThrow(/Foo-1\.0\.tar\.gz and foo-1\.0\.0\.zip/);
  });

  test.each([
    ['a link that leads nowhere', (place: string) => symlink('nowhere', place), /cannot be read: ENOENT/],
    ['a folder', (place: string) => mkdir(place), /not a file/],
    ['a pipe', async (place: string) => void execFileSync('mkfifo', [place]), /not a file/],
  ])('refuses %s with the name of a package', async (_, make, message) => {
    await using folder = await temporaryFolder();
    await make(path.join(folder.path, 'a-1.0.zip'));
    await expect(openFolderIndex(folder.path)).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
    });
  });

  test('holds as many files as the limit, and not one more', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a-1.0.zip'), '');
    await writeFile(path.join(folder.path, 'notes.txt'), '');
    await openFolderIndex(folder.path, 2);
    await expect(openFolderIndex(folder.path, 1)).rejects.toThrow('2 files are more than the limit of 1');
  });

  test('a folder that is not there is an error of usage', async () => {
    await expect(openFolderIndex('/no/such/folder')).rejects.toMatchObject({ kind: 'usage' });
  });
});

describe('another index shown through this host', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(
    answer: (url: string) => { status: number; body: string | Uint8Array },
  ): Promise<string> {
    const server = createServer((request, response) => {
      const { status, body } = answer(request.url ?? '');
      response.writeHead(status).end(body);
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/simple/`;
  }

  test('its files are named by project and file, and their bytes come from it', async () => {
    const url = await serve(path =>
      path.startsWith('/simple/')
        ? {
            status: 200,
            body: JSON.stringify({ files: [{ filename: 'a-1.0.zip', url: '../../deep/a-1.0.zip' }] }),
          }
        : { status: 200, body: `bytes of ${path}` },
    );
    const index = toPackageIndex(openUpstreamIndex(url, AbortSignal.timeout(10_000)));
    expect(await (await index(ask('/simple/a/', json))).json()).toMatchObject({
      files: [{ url: '/files/a/a-1.0.zip' }],
    });
    expect(await (await index(ask('/files/a/a-1.0.zip'))).text()).toBe('bytes of /deep/a-1.0.zip');
  });

  test('a file whose sha256 is not the promised one is refused', async () => {
    const listed = { filename: 'a-1.0.tar.gz', url: '/a-1.0.tar.gz', hashes: { sha256: '0'.repeat(64) } };
    const url = await serve(path =>
      path.startsWith('/simple/')
        ? { status: 200, body: JSON.stringify({ files: [listed] }) }
        : { status: 200, body: gzipSync('') },
    );
    const source = openUpstreamIndex(url, AbortSignal.timeout(10_000));
    await expect(fetchRequirement(source, { name: 'a', version: '1.0' })).rejects.toThrow(/sha256/);
  });

  test('a sha256 may be written in capitals', async () => {
    const bytes = gzipSync('');
    const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase();
    const listed = { filename: 'a-1.0.tar.gz', url: '/a-1.0.tar.gz', hashes: { sha256 } };
    const url = await serve(path =>
      path.startsWith('/simple/')
        ? { status: 200, body: JSON.stringify({ files: [listed] }) }
        : { status: 200, body: bytes },
    );
    const source = openUpstreamIndex(url, AbortSignal.timeout(10_000));
    const found = await fetchRequirement(source, { name: 'a', version: '1.0' });
    expect(found.identity.sha256).toBe(sha256.toLowerCase());
  });

  test('a sha256 that is none, such as HTML, is refused', async () => {
    const listed = { filename: 'a-1.0.tar.gz', url: '/a', hashes: { sha256: '"><script>' } };
    const source = openUpstreamIndex(
      await serve(() => ({ status: 200, body: JSON.stringify({ files: [listed] }) })),
      AbortSignal.timeout(10_000),
    );
    await expect(source.files('a')).rejects.toThrow('not a PEP 691 page');
  });

  test('a file that the index lists at no address, or does not have, is an error of its own', async () => {
    const files = [
      { filename: 'a-1.0.zip', url: 'http://[' },
      { filename: 'a-2.0.zip', url: '/gone' },
    ];
    const url = await serve(path =>
      path.startsWith('/simple/')
        ? { status: 200, body: JSON.stringify({ files }) }
        : { status: 404, body: '' },
    );
    const source = openUpstreamIndex(url, AbortSignal.timeout(10_000));
    const take = (version: string) => fetchRequirement(source, { name: 'a', version });
    await expect(take('1.0')).rejects.toThrow('names what is no address');
    await expect(take('2.0')).rejects.toThrow('a-2.0.zip: the index lists it and does not have it');
  });

  test('a withdrawn file is shown as one, with the reason for people escaped', async () => {
    const files = [
      { filename: 'a-1.0.zip', url: '/a', yanked: 'broken <b>' },
      { filename: 'a-2.0.zip', url: '/a', yanked: true },
      { filename: 'a-3.0.zip', url: '/a', yanked: false },
      { filename: 'a-4.0.zip', url: '/a' },
    ];
    const url = await serve(() => ({ status: 200, body: JSON.stringify({ files }) }));
    const index = toPackageIndex(openUpstreamIndex(url, AbortSignal.timeout(10_000)));
    const page = await (await index(ask('/simple/a/', json))).text();
    expect(page.match(/"yanked":[^}]*/g)).toEqual(['"yanked":"broken <b>"', '"yanked":true']);
    const text = await (await index(ask('/simple/a/'))).text();
    expect(text.match(/data-yanked="[^"]*"/g)).toEqual([
      'data-yanked="broken &#60;b&#62;"',
      'data-yanked=""',
    ]);
  });

  test('a page as large as the limit is read, one byte more is refused', async () => {
    const page = '{"files":[]}';
    const url = await serve(() => ({ status: 200, body: page }));
    const filesOf = (limit: number) => openUpstreamIndex(url, AbortSignal.timeout(10_000), limit).files('a');
    expect(await filesOf(page.length)).toEqual([]);
    await expect(filesOf(page.length - 1)).rejects.toThrow('more than the limit of 11 bytes');
  });

  test.each([
    ['an error page', { status: 500, body: 'no' }, /answered 500/],
    ['a page of another kind', { status: 200, body: '<html>' }, /not a PEP 691 page/],
  ])('%s is an error that names the address', async (_, answer, message) => {
    const source = openUpstreamIndex(await serve(() => answer), AbortSignal.timeout(10_000));
    await expect(source.files('a')).rejects.toThrow(message);
  });

  /** Answers half of what is at `broken`, and then `stop`s. */
  async function serveHalf(broken: string, stop: (response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => {
      if (request.url !== broken) {
        response.end('{"files":[{"filename":"a-1.0.tar.gz","url":"/a-1.0.tar.gz"}]}');
        return;
      }
      response.writeHead(200, { 'content-length': 1000 }).write('half', () => stop(response));
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  test.each(['/simple/a/', '/a-1.0.tar.gz'])(
    'a connection that breaks in the middle of %s is no bug of ours',
    async broken => {
      const url = await serveHalf(broken, response => response.destroy());
      const source = openUpstreamIndex(`${url}/simple/`, AbortSignal.timeout(10_000));
      await expect(fetchRequirement(source, { name: 'a', version: '1.0' })).rejects.toMatchObject({
        kind: 'host',
        message: `${url}${broken}: broke off before its end`,
      });
    },
  );

  test('an index that nobody answers at is no error of the input', async () => {
    // The discard port: nobody listens there.
    const source = openUpstreamIndex('http://127.0.0.1:9/simple/', AbortSignal.timeout(10_000));
    await expect(source.files('a')).rejects.toMatchObject({
      kind: 'host',
      message: expect.stringContaining('cannot reach'),
    });
  });

  test('aborting in the middle of an answer ends it with the reason of the abort', async () => {
    const abort = new AbortController();
    const url = await serveHalf('/simple/a/', () => abort.abort(new Error('interrupted')));
    await expect(openUpstreamIndex(`${url}/simple/`, abort.signal).files('a')).rejects.toThrow('interrupted');
  });

  test('a page that failed is asked for again, one that came is not', async () => {
    const answers = [
      { status: 503, body: '' },
      { status: 200, body: '{"files":[]}' },
    ];
    const url = await serve(() => answers.shift() ?? { status: 500, body: 'asked too often' });
    const source = openUpstreamIndex(url, AbortSignal.timeout(10_000));
    await expect(source.files('a')).rejects.toThrow(/503/);
    expect(await source.files('a')).toEqual([]);
    expect(await source.files('A')).toEqual([]);
  });

  test('no more pages are remembered than the limit, the oldest goes first', async () => {
    const asked: string[] = [];
    const url = await serve(path => {
      asked.push(path);
      return { status: 200, body: '{"files":[]}' };
    });
    const source = openUpstreamIndex(url, AbortSignal.timeout(10_000));
    for (let number = 0; number < rememberedPages.pages; number += 1) await source.files(`p${number}`);
    await source.files('p0');
    expect(asked).toHaveLength(rememberedPages.pages);
    await source.files('one-more');
    await source.files('p0');
    expect(asked).toHaveLength(rememberedPages.pages + 2);
  });
});
