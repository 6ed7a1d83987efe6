import { symlink } from 'node:fs/promises';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { VERSION } from '../../src/hub/version.ts';
import { type HubFolder, hubFolder, startTestHub, type TestHub } from './hubClient.ts';

let folder: HubFolder;
let hub: TestHub;
beforeAll(async () => {
  folder = await hubFolder();
  await symlink('../outside.txt', `${folder.settings.pageDir}/link.txt`);
  hub = await startTestHub({ settings: { pageDir: folder.settings.pageDir } });
});
afterAll(async () => {
  await hub.close();
  await folder.remove();
});

type Page = { status: number; headers: Record<string, unknown>; body: string };

/** Sends the path as it is written: fetch would tidy `..` away. */
function get(path: string, options: { method?: string; host?: string } = {}): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: hub.hub.port,
        path,
        ca: hub.pem,
        method: options.method ?? 'GET',
        headers: options.host === undefined ? {} : { host: options.host },
        servername: 'localhost',
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

it.each(['/', '/p/salle-1', '/p/salle-1?lang=en'])(
  '%s is the page, under its policy',
  async (path) => {
    const page = await get(path);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>Chariot') });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|http:/);
    expect(page.headers['permissions-policy']).toContain('usb=()');
  },
);

it('asks browsers for HTTPS for good, but not on loopback', async () => {
  const key = 'strict-transport-security';
  expect((await get('/')).headers[key]).toBeUndefined();
  expect((await get('/', { host: 'localhost:7443' })).headers[key]).toBeUndefined();
  expect((await get('/', { host: 'cart.example' })).headers[key]).toBe('max-age=31536000');
});

it('serves files by their type', async () => {
  expect(await get('/assets/main-1a2b.js')).toMatchObject({
    status: 200,
    body: 'export {};',
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    },
  });
  expect(await get('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  expect(await get('/', { method: 'POST' })).toMatchObject({ status: 405 });
});

it.each([
  '/../outside.txt',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/assets/../../outside.txt',
  '/assets/..%5c..%5coutside.txt',
  '//etc/hostname',
  '/link.txt',
  '/.hidden.txt',
  '/assets',
  '/assets/',
  '/index.html%00.js',
  '/p/',
  '/p/..',
  '/p/a/b',
  '/signalling',
])('%s is not found', async (path) => {
  const page = await get(path);
  expect(page).toMatchObject({ status: 404, body: 'Not Found\n' });
});

it('says that it is well', async () => {
  const page = await get('/healthz');
  expect(JSON.parse(page.body)).toEqual({ ok: true, version: VERSION });
});

it('survives what is no HTTP and no TLS', async () => {
  const { port } = hub.hub;
  const plain = connectTcp(port, '127.0.0.1', () => plain.write('GET / HTTP/1.1\r\n\r\n'));
  await new Promise((resolve) => plain.on('error', () => {}).once('close', resolve));
  const tls = connectTls({ port, host: '127.0.0.1', ca: hub.pem }, () => tls.write('\0\0\0\n\n'));
  await new Promise((resolve) =>
    tls
      .on('error', () => {})
      .once('close', resolve)
      .resume(),
  );
  expect(await get('/healthz')).toMatchObject({ status: 200 });
});
