import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, readIdentity } from '../../src/main/remote/dicomweb/content.ts';
import { ecgSource, exported, pictureSource } from './dicomRig.ts';

const run = promisify(execFile);
const DCMCONV = '/usr/bin/dcmconv';

const PICTURE = exported(pictureSource('otoscope'));
const TRACING = exported(ecgSource());

/** A copy in which one text is another of the same length. */
function changed(file: Uint8Array, from: string, to: string): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(from, 0, 'latin1');
  if (at < 0 || to.length !== from.length) {
    throw new Error(`${from} is not there, or longer`);
  }
  copy.write(to, at, 'latin1');
  return copy;
}

it('reads whose file it is from its beginning', () => {
  const { sopClassUid, sopInstanceUid, studyInstanceUid, seriesInstanceUid } = TRACING;
  const identity = {
    sopClassUid,
    sopInstanceUid,
    studyUid: studyInstanceUid,
    seriesUid: seriesInstanceUid,
  };
  expect(readIdentity(TRACING.bytes)).toEqual(identity);
  expect(readIdentity(TRACING.bytes.subarray(0, 4096))).toEqual(identity);
  expect(readIdentity(TRACING.bytes.subarray(0, 600))).toBeNull();
  expect(readIdentity(Buffer.alloc(4096))).toBeNull();
});

it('tells other pixels, another patient and another tracing', () => {
  const pixel = Buffer.from(PICTURE.bytes);
  pixel.writeUInt8(pixel.readUInt8(pixel.length - 9) ^ 1, pixel.length - 9);
  expect(contentHash(pixel)).not.toBe(contentHash(PICTURE.bytes));
  const patient = changed(PICTURE.bytes, 'IPP-004217', 'IPP-004218');
  expect(contentHash(patient)).not.toBe(contentHash(PICTURE.bytes));
  const sample = Buffer.from(TRACING.bytes);
  sample.writeUInt8(sample.readUInt8(sample.length - 4_000) ^ 1, sample.length - 4_000);
  expect(contentHash(sample)).not.toBe(contentHash(TRACING.bytes));
});

it('does not mind the name of the institution', () => {
  const other = changed(PICTURE.bytes, 'EHPAD Les Tilleuls', 'EHPAD Les Chataign');
  expect(contentHash(other)).toBe(contentHash(PICTURE.bytes));
});

it('is null for what is no DICOM file', () => {
  expect(contentHash(Buffer.from('%PDF-1.4'))).toBeNull();
});

describe.skipIf(!existsSync(DCMCONV))('an archive that writes files anew (skipped: dcmtk)', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chariot-content-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    { how: 'undefined lengths', options: ['+e'] },
    { how: 'group lengths', options: ['+g'] },
    { how: 'implicit VR', options: ['+ti'] },
  ])('holds the same with $how', async ({ options }) => {
    for (const { bytes } of [PICTURE, TRACING]) {
      const [from, to] = [join(folder, 'a.dcm'), join(folder, 'b.dcm')];
      await writeFile(from, bytes);
      await run(DCMCONV, [...options, from, to]);
      const anew = await readFile(to);
      expect(anew.equals(bytes)).toBe(false);
      expect(contentHash(anew)).toBe(contentHash(bytes));
    }
  });
});
