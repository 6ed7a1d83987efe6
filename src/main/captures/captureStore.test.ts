import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Capture, CaptureSchema } from '../../contracts/captures.ts';
import { openCaptureStore } from './captureStore.ts';
import { writeDurably } from './durableFile.ts';

const ID = '3f2c8a1e-5b7d-4c90-9e21-7a6b5c4d3e2f';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-captures-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Signature, IHDR of 3 x 2 pixels, 8-bit RGB (W3C PNG 3, 11.2.1) and IEND; the store reads no more. */
const PNG = Buffer.from(
  '89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d0000000049454e44ae426082',
  'hex',
);

function still(changes: object = {}): Capture {
  return CaptureSchema.parse({
    bytes: new Uint8Array(PNG),
    meta: {
      kind: 'still',
      mediaType: 'image/png',
      device: { label: 'Otoscope (f007:b999)', vendorId: 'f007', productId: 'b999' },
      purpose: 'otoscope',
      trigger: 'button',
      takenAt: '2026-11-22T08:00:00.000Z',
      hostTimeMs: 12_345.5,
      widthPx: 3,
      heightPx: 2,
      frameTimeUs: 40_000,
      camera: { exposureMode: 'manual', exposureTime: 50 },
      ...changes,
    },
  });
}

function open(write = writeDurably) {
  return openCaptureStore({
    folder: join(folder, 'captures'),
    newId: () => ID,
    nowIso: () => '2026-11-22T08:00:01.000Z',
    write,
  });
}

const files = (): string[] => readdirSync(join(folder, 'captures')).toSorted();

describe('capture store', () => {
  it('keeps the bytes as they came, and beside them where they are from', async () => {
    const saved = await open().save(still());
    const sha256 = createHash('sha256').update(PNG).digest('hex');
    expect(saved).toEqual({ ok: true, value: { captureId: ID, bytes: PNG.length, sha256 } });
    expect(files()).toEqual([`${ID}.json`, `${ID}.png`]);
    expect(readFileSync(join(folder, 'captures', `${ID}.png`)).equals(PNG)).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'captures', `${ID}.json`), 'utf8'))).toEqual({
      format: 'chariot.capture/1',
      captureId: ID,
      bytes: PNG.length,
      sha256,
      savedAt: '2026-11-22T08:00:01.000Z',
      operator: null,
      bodySite: null,
      laterality: null,
      ...still().meta,
    });
  });

  it.skipIf(process.platform === 'win32')('lets only its own user read them', async () => {
    await open().save(still());
    expect(statSync(join(folder, 'captures')).mode & 0o777).toBe(0o700);
    for (const file of files()) {
      expect(statSync(join(folder, 'captures', file)).mode & 0o777).toBe(0o600);
    }
  });

  it.each([
    ['ENOSPC', { code: 'CAPTURE_DISK_FULL' }],
    ['EDQUOT', { code: 'CAPTURE_DISK_FULL' }],
    ['EIO', { code: 'CAPTURE_WRITE_FAILED', params: { code: 'EIO' } }],
  ])('tells %s, and leaves nothing half kept', async (code, fault) => {
    // The picture still fits, its provenance does not.
    const store = open(async (file, bytes) => {
      if (file.endsWith('.json')) {
        throw Object.assign(new Error('the disk refuses'), { code });
      }
      await writeDurably(file, bytes);
    });
    expect(await store.save(still())).toEqual({ ok: false, fault });
    expect(files()).toEqual([]);
  });

  it('leaves no part behind when a file cannot take its name', async () => {
    const file = join(folder, 'taken');
    await writeDurably(join(folder, 'first'), PNG);
    await expect(writeDurably(join(file, 'inside'), PNG)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual(['first']);
  });

  it('refuses bytes that are not what is said of them', async () => {
    const refused = { ok: false, fault: { code: 'CAPTURE_MALFORMED' } };
    const short = { ...still(), bytes: new Uint8Array(PNG.subarray(0, 20)) };
    expect(await open().save(still({ widthPx: 4 }))).toEqual(refused);
    expect(await open().save(short)).toEqual(refused);
    expect(readdirSync(folder)).toEqual([]);
  });
});
