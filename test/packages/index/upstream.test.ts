import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { maxSilenceMs, openUpstream } from '../../../src/packages/index/upstream.ts';
import { maxRedirects } from '../../../src/packages/limits.ts';
import { startHttpServer } from '../../helpers/http-server.ts';

const patience = () => AbortSignal.timeout(10_000);
const open = (url: string) => openUpstream(url, patience());
const secret = 'pa%73s:word';

/** Asks the index at `url` for one page, to its end. */
async function read(url: string, limit = 1000) {
  const upstream = open(url);
  const answer = await upstream.get(upstream.locate('a/'), { limit });
  return answer === undefined ? undefined : new Response(answer.body).text();
}

describe('the user and the password of an index', () => {
  test('are a header to it, and in no address', async () => {
    await using server = await startHttpServer((request, response) =>
      response.end(`${request.url} ${request.headers.authorization}`),
    );
    const basic = Buffer.from('me:pass:word').toString('base64');
    const url = server.origin.replace('//', `//me:${encodeURIComponent('pass:word')}@`);
    expect(await read(`${url}/simple`)).toBe(`/simple/a/ Basic ${basic}`);
    expect(open(url).locate(`${url}/x`).href).toBe(`${server.origin}/x`);
  });

  test('are not sent where it leads to', async () => {
    const sent: (string | undefined)[] = [];
    await using other = await startHttpServer((request, response) => {
      sent.push(request.headers.authorization);
      response.end('elsewhere');
    });
    await using server = await startHttpServer((_, response) => {
      response.writeHead(302, { location: `${other.origin}/there` }).end();
    });
    expect(await read(server.origin.replace('//', '//me:secret@'))).toBe('elsewhere');
    expect(sent).toEqual([undefined]);
  });

  test.each([
    ['an index that refuses', (origin: string) => origin, /answered 401/],
    ['one that nobody answers at', () => 'http://127.0.0.1:9', /cannot reach the package index/],
    ['what is no address', () => 'http://', /not the URL of an index/],
  ])('are in no message: %s', async (_, place, message) => {
    await using server = await startHttpServer((__, response) => response.writeHead(401).end());
    const url = `${place(server.origin).replace('//', `//me:${secret}@`)}/simple/`;
    const reading = (async () => read(url))();
    const failure = await reading.catch((error: Error) => error.message);
    expect(failure).toMatch(message);
    expect(failure).not.toMatch(/pa%73s|pass|word|me:/);
  });

  test('that have a percent sign of their own are sent as they are', async () => {
    await using server = await startHttpServer((request, response) =>
      response.end(request.headers.authorization),
    );
    const basic = Buffer.from('me:100%').toString('base64');
    expect(await read(server.origin.replace('//', '//me:100%@'))).toBe(`Basic ${basic}`);
  });
});

describe('where an index leads to', () => {
  test('is followed, and what is found there is beside it', async () => {
    await using server = await startHttpServer((request, response) => {
      if (request.url === '/simple/a/') response.writeHead(301, { location: '/moved/a/' }).end();
      else response.end('page');
    });
    const upstream = open(`${server.origin}/simple/`);
    const answer = await upstream.get(upstream.locate('a/'), { limit: 1000 });
    expect(upstream.locate('a-1.0.zip', answer?.url).pathname).toBe('/moved/a/a-1.0.zip');
    await answer?.body.cancel();
  });

  test('is followed as often as the limit, and not once more', async () => {
    const start = (redirects: number) =>
      startHttpServer((request, response) => {
        const step = Number(request.url?.split('=')[1] ?? 0);
        if (step < redirects) response.writeHead(302, { location: `?step=${step + 1}` }).end();
        else response.end('page');
      });
    await using near = await start(maxRedirects);
    expect(await read(near.origin)).toBe('page');
    await using far = await start(maxRedirects + 1);
    await expect(read(far.origin)).rejects.toThrow(`more than ${maxRedirects} redirects`);
  });

  const metadata = 'http://169.254.169.254/latest/';

  test('is never less safe than the index, nor what only this host has', () => {
    const upstream = open('https://index.example/simple/');
    expect(upstream.locate('//files.example/x').href).toBe('https://files.example/x');
    expect(() => upstream.locate(metadata)).toThrow(`leads to ${metadata}, which is no https: address`);
    expect(() => upstream.locate('file:///etc/passwd')).toThrow('which is no https: address');
    expect(open('http://index.example/').locate('https://files.example/x').protocol).toBe('https:');
    expect(() => open('http://index.example/').locate('file:///etc/passwd')).toThrow('no http: address');
  });

  test('is told without what may be secret in it, and is an error when it is no address', () => {
    const upstream = open('https://index.example/simple/');
    expect(() => upstream.locate('ftp://me:word@x.example/a?key=word')).toThrow(
      /^https:\/\/index\.example\/simple\/: leads to ftp:\/\/x\.example\/a, /,
    );
    expect(() => upstream.locate('http://[')).toThrow(
      'https://index.example/simple/: names what is no address',
    );
  });
});

test('as many bytes as the limit are read, and not one more', async () => {
  await using server = await startHttpServer((_, response) => response.end('12345'));
  expect(await read(server.origin, 5)).toBe('12345');
  await expect(read(server.origin, 4)).rejects.toThrow('more than the limit of 4 bytes');
});

test('what is not there is no error', async () => {
  await using server = await startHttpServer((_, response) => response.writeHead(404).end('no'));
  expect(await read(server.origin)).toBeUndefined();
});

describe('an index that is slow', () => {
  const silenceMs = 1000;
  /** Asks for one page of an index that sends a letter after each of these waits. */
  async function readSlowly(waits: readonly number[]): Promise<string | undefined> {
    await using server = await startHttpServer(async (_, response) => {
      for (const wait of waits) {
        await sleep(wait);
        response.write('x');
      }
      response.end();
    });
    const upstream = openUpstream(server.origin, patience(), silenceMs);
    const answer = await upstream.get(upstream.locate('a/'), { limit: 1000 });
    return answer === undefined ? undefined : await new Response(answer.body).text();
  }

  test('is waited for as long as something comes', async () => {
    expect(await readSlowly([400, 400, 400])).toBe('xxx');
  });

  test('is given up when nothing comes, which is told with the limit', async () => {
    expect(maxSilenceMs).toBe(120_000);
    await expect(readSlowly([0, 5000])).rejects.toThrow(
      '/a/: broke off before its end: nothing came for 1 s',
    );
    await expect(readSlowly([5000])).rejects.toThrow('cannot reach the package index: nothing came for 1 s');
  });

  test('is not given up because what it sent is read slowly', async () => {
    await using server = await startHttpServer((_, response) => response.end('x'.repeat(1000)));
    const upstream = openUpstream(server.origin, patience(), 100);
    const answer = await upstream.get(upstream.locate('a/'), { limit: 1000 });
    await sleep(300);
    expect((await new Response(answer?.body).text()).length).toBe(1000);
  });
});
