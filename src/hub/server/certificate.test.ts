import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadCertificate } from './certificate.ts';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chariot-hub-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const load = (now = START, names: readonly string[] = ['cart-7']) =>
  loadCertificate({ dataDir, names, now: () => now });

it('is made at the first start for every name of this machine, and kept', async () => {
  const made = await load();
  const certificate = new X509Certificate(made.pem);
  for (const name of ['localhost', 'cart-7']) {
    expect(certificate.checkHost(name)).toBe(name);
  }
  for (const address of ['127.0.0.1', '127.0.0.2', '::1']) {
    expect(certificate.checkIP(address)).toBe(address);
  }
  expect(certificate.checkHost('elsewhere')).toBeUndefined();
  expect((await stat(join(dataDir, 'hub-tls.pem'))).mode & 0o777).toBe(0o600);
  expect(made.certificateSha256).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
  expect(await load(START + 300 * DAY)).toEqual(made);
});

it('is renewed a month before its end, with the same key', async () => {
  const made = await load();
  const renewed = await load(START + 370 * DAY);
  expect(renewed.certificateSha256).not.toBe(made.certificateSha256);
  expect(renewed.spkiSha256).toBe(made.spkiSha256);
  const validTo = Date.parse(new X509Certificate(renewed.pem).validTo);
  expect(validTo).toBe(START + (370 + 397) * DAY);
});

it('is made again for a name that it lacks', async () => {
  await load();
  const renewed = await load(START, ['cart-7', '192.0.2.9']);
  expect(new X509Certificate(renewed.pem).checkIP('192.0.2.9')).toBe('192.0.2.9');
});

it('is made again when the file cannot be read as one', async () => {
  const made = await load();
  await writeFile(join(dataDir, 'hub-tls.pem'), made.pem.slice(0, 300));
  const again = await load();
  expect(again.spkiSha256).not.toBe(made.spkiSha256);
});
