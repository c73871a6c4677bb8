import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIndexServer } from '../../../src/sandbox/agent/index-listener.ts';

let folder = '';
const large = 'x'.repeat(5_000_000);
const server = createIndexServer(async request => {
  const { pathname } = new URL(request.url);
  if (pathname === '/fails') throw new Error('broken');
  if (pathname === '/large') return new Response(large);
  return new Response(`${request.method} ${request.url} ${request.headers.get('accept')}`, {
    headers: { 'content-type': 'text/html' },
  });
});

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

test('a HEAD has no body', async () => {
  expect(await get('/', 'HEAD')).toMatch(/\r\n\r\n$/);
});

test('another method, or a whole address as path, is refused', async () => {
  expect(await get('/', 'POST')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await get('http://elsewhere.example/')).toMatch(/^HTTP\/1\.1 400 /);
});

test('an index that fails is an answer', async () => {
  expect(await get('/fails')).toMatch(/^HTTP\/1\.1 502 [\s\S]*broken/);
});

test('what is no request ends the connection and nothing else', async () => {
  expect(await send('\0\0\0\0\r\n\r\n')).toBe('');
  expect(await get('/')).toMatch(/^HTTP\/1\.1 200 /);
});
