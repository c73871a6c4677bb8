import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIndexServer, maxWaitingRequests } from '../../../src/sandbox/agent/index-listener.ts';

let folder = '';
/** Answers that were begun and are neither read to their end nor given up. */
let open = 0;
let mostOpen = 0;
const large = 'x'.repeat(5_000_000);
const server = createIndexServer(async request => {
  const { pathname } = new URL(request.url);
  if (pathname === '/fails') throw new Error('secret');
  if (pathname === '/large') return new Response(large);
  if (pathname === '/pieces') return new Response(pieces());
  if (pathname === '/slow') return new Response(slowStream());
  return new Response(`${request.method} ${request.url} ${request.headers.get('accept')}`, {
    headers: { 'content-type': 'text/html' },
  });
});

/** Two pieces, the second a while after the first is taken. */
function slowStream(): ReadableStream<Uint8Array> {
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  let pieces = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise(resolve => setImmediate(resolve));
        pieces += 1;
        controller.enqueue(Buffer.from('piece'));
        if (pieces < 2) return;
        open -= 1;
        controller.close();
      },
      cancel() {
        open -= 1;
      },
    },
    { highWaterMark: 0 },
  );
}

/** More pieces than an emitter may have listeners, each larger than what a connection takes at once. */
function pieces(): ReadableStream<Uint8Array> {
  return ReadableStream.from(Array.from({ length: 20 }, () => Buffer.alloc(1_000_000)));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'index-'));
  server.listen(join(folder, 'socket'));
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function send(request: string): Promise<string> {
  const socket = connect(join(folder, 'socket'));
  socket.on('error', () => undefined);
  socket.write(request);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

const get = (path: string, method = 'GET') =>
  send(`${method} ${path} HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);

test('a request becomes one to our own address, whatever host it names', async () => {
  const answer = await get('/simple/x/');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toContain('content-type: text/html');
  expect(answer).toContain('GET http://127.0.0.1:3141/simple/x/ text/html');
});

test('a large answer arrives whole', async () => {
  expect((await get('/large')).split('x').length - 1).toBeGreaterThanOrEqual(large.length);
});

test('an answer of many pieces leaves no listeners: nobody is warned of them', async () => {
  const warnings: string[] = [];
  const listener = (warning: Error) => warnings.push(warning.message);
  process.on('warning', listener);
  expect((await get('/pieces')).length).toBeGreaterThan(20_000_000);
  process.off('warning', listener);
  expect(warnings).toEqual([]);
});

test('a HEAD has no body', async () => {
  expect(await get('/', 'HEAD')).toMatch(/\r\n\r\n$/);
});

test('another method, or a whole address as path, is refused', async () => {
  expect(await get('/', 'POST')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await get('http://elsewhere.example/')).toMatch(/^HTTP\/1\.1 400 /);
});

test('an index that fails is an answer, which does not say why', async () => {
  const answer = await get('/fails');
  expect(answer).toMatch(/^HTTP\/1\.1 502 [\s\S]*the index failed/);
  expect(answer).not.toContain('secret');
});

test('what is no request ends the connection and nothing else', async () => {
  expect(await send('\0\0\0\0\r\n\r\n')).toBe('');
  expect(await get('/')).toMatch(/^HTTP\/1\.1 200 /);
});

test('requests that are sent together are answered one after the other', async () => {
  const request = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n';
  const last = 'GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  mostOpen = 0;
  const answers = await send(request.repeat(maxWaitingRequests - 1) + last);
  expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(maxWaitingRequests);
  expect([mostOpen, open]).toEqual([1, 0]);
});

test('more requests than may wait end the connection', async () => {
  const request = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n';
  const answers = await send(request.repeat(maxWaitingRequests + 1));
  expect(answers.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThan(maxWaitingRequests);
  await expect.poll(() => open).toBe(0);
});

test('an answer that is not read, since only its headers were asked for, is given up', async () => {
  expect(await get('/slow', 'HEAD')).toMatch(/^HTTP\/1\.1 200 /);
  await expect.poll(() => open).toBe(0);
});

test('an answer that the client leaves in the middle is given up', async () => {
  const socket = connect(join(folder, 'socket'));
  socket.on('error', () => undefined);
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await expect.poll(() => open).toBe(0);
});
