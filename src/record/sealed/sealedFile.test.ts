import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../contracts/faults.ts';
import { SEALED_HEADER_BYTES, unwrapKey } from './header.ts';
import { openSealed } from './openSealed.ts';
import { readSealedFile, SealedDamageError, streamSealed, writeSealedFile } from './sealedFile.ts';
import type { SealedReader, Unwrap } from './types.ts';

const MARKER = 'MARTIN-DUPONT-Zoë';
const WRAPPING = randomBytes(32);
const keys = { current: () => ({ generation: 3, key: WRAPPING }) };
const unwrap: Unwrap = (header) =>
  header.wrapGeneration === 3 ? unwrapKey(WRAPPING, header) : null;

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chariot-sealed-'));
  file = join(folder, 'a.sealed');
});
afterEach(() => rm(folder, { recursive: true }));

function value<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

async function* inPieces(content: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += bytes) {
    yield content.subarray(at, at + bytes);
  }
}

async function collect<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const piece of pieces) {
    found.push(piece);
  }
  return found;
}

/** Content that shows in the file if anything of it were in clear. */
function marked(bytes: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(bytes, MARKER));
}

/** A small file of five data chunks, an index and an end. */
async function writeSmall(name = file): Promise<Uint8Array> {
  const content = marked(5 * 40);
  value(await writeSealedFile(name, { keys }, inPieces(content, 40)));
  return content;
}

async function withReader<T>(name: string, look: (reader: SealedReader) => Promise<T>): Promise<T> {
  const reader = value(await openSealed(name, unwrap));
  try {
    return await look(reader);
  } finally {
    await reader.close();
  }
}

/** Where each chunk of the file begins, by the lengths in clear. */
function chunkPlaces(bytes: Uint8Array): { at: number; bytes: number }[] {
  const places: { at: number; bytes: number }[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = SEALED_HEADER_BYTES; at < bytes.length; ) {
    const length = (view.getUint32(at, true) >>> 8) + 44;
    places.push({ at, bytes: length });
    at += length;
  }
  return places;
}

describe('a sealed file', () => {
  it('gives back what it was given, whole, anywhere and in pieces, and shows none of it', async () => {
    const content = marked(700_001);
    const written = value(await writeSealedFile(file, { keys }, inPieces(content, 50_000)));
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(written).toEqual({ bytes: content.length, sha256 });
    expect(Buffer.from(value(await readSealedFile(file, unwrap))).equals(content)).toBe(true);
    await withReader(file, async (reader) => {
      const part = new Uint8Array(20);
      expect(await reader.read(part, 2, 18, 499_991)).toEqual({ bytesRead: 18, holeBytes: 0 });
      expect(part.subarray(2)).toEqual(content.subarray(499_991, 500_009));
      expect(await reader.read(part, 0, 20, content.length - 3)).toMatchObject({ bytesRead: 3 });
      expect(await reader.read(part, 0, 20, content.length)).toMatchObject({ bytesRead: 0 });
      const pieces = await collect(streamSealed(reader, 123, 4_321));
      expect(Buffer.concat(pieces).equals(content.subarray(123))).toBe(true);
    });
    expect((await readFile(file)).includes(MARKER)).toBe(false);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['a.sealed']);
  });

  it('is another one each time, though the content and the wrapping key are the same', async () => {
    await writeSmall();
    const other = join(folder, 'b.sealed');
    await writeSmall(other);
    const [one, two] = [await readFile(file), await readFile(other)];
    expect(one.length).toBe(two.length);
    expect(one.subarray(SEALED_HEADER_BYTES).equals(two.subarray(SEALED_HEADER_BYTES))).toBe(false);
  });

  it('leaves nothing behind where its source fails or its folder is not there', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield marked(100);
      throw new Error('the source');
    }
    await expect(writeSealedFile(file, { keys }, broken())).rejects.toThrow('the source');
    expect(await readdir(folder)).toEqual([]);
    const lost = await writeSealedFile(join(folder, 'no', 'a'), { keys }, marked(1));
    expect(lost).toMatchObject({ ok: false, fault: { code: 'CAPTURE_WRITE_FAILED' } });
  });

  it('opens with its own wrapping key only', async () => {
    await writeSmall();
    const noKey = { ok: false, fault: { code: 'SEALED_NO_KEY' } };
    const wrong: Unwrap = (header) => unwrapKey(randomBytes(32), header);
    expect(await readSealedFile(file, wrong)).toMatchObject(noKey);
    const otherGeneration: Unwrap = (header) =>
      unwrapKey(WRAPPING, { ...header, wrapGeneration: 4 });
    expect(await readSealedFile(file, otherGeneration)).toMatchObject(noKey);
    const guessed: Unwrap = () => randomBytes(32);
    expect(await readSealedFile(file, guessed)).toMatchObject({
      fault: { code: 'SEALED_DAMAGED' },
    });
  });
});

describe('a sealed file that was changed', () => {
  /** @returns how the change is told; null: it is not. */
  async function told(changed: Uint8Array, content: Uint8Array): Promise<string | null> {
    const name = join(folder, 'changed');
    await writeFile(name, changed);
    const opened = await openSealed(name, unwrap);
    if (!opened.ok) {
      return opened.fault.code;
    }
    const { closed, tornBytes } = opened.value;
    const { damagedRuns } = await opened.value.check();
    await opened.value.close();
    const read = await readSealedFile(name, unwrap);
    // Whatever is given out is true, also where only the index was hurt.
    expect(!read.ok || Buffer.from(read.value).equals(content)).toBe(true);
    return !closed || tornBytes > 0 || damagedRuns > 0 ? 'damage' : null;
  }

  it('tells of any byte that is flipped', async () => {
    const content = await writeSmall();
    const clean = await readFile(file);
    for (let at = 0; at < clean.length; at++) {
      const bytes = new Uint8Array(clean);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      expect(await told(bytes, content), `byte ${at}`).not.toBeNull();
    }
    expect(await told(clean, content)).toBeNull();
  });

  it('tells of any length that it is cut to', async () => {
    const content = await writeSmall();
    const clean = await readFile(file);
    for (let length = 0; length < clean.length; length++) {
      expect(await told(clean.subarray(0, length), content), `length ${length}`).not.toBeNull();
    }
  });

  it('tells of chunks that were swapped, taken out, doubled, or come from another file', async () => {
    const content = await writeSmall();
    const clean = await readFile(file);
    const otherName = join(folder, 'other');
    await writeSmall(otherName);
    const other = await readFile(otherName);
    const places = chunkPlaces(clean);
    const chunk = (from: Uint8Array, place: number): Uint8Array => {
      const { at, bytes } = places[place] ?? { at: 0, bytes: 0 };
      return from.subarray(at, at + bytes);
    };
    const all = places.map((_, place) => chunk(clean, place));
    const changes: Uint8Array[][] = [];
    for (let place = 0; place < all.length; place++) {
      changes.push(all.toSpliced(place, 1));
      changes.push(all.toSpliced(place, 0, chunk(clean, place)));
      changes.push(all.toSpliced(place, 1, chunk(other, place)));
      for (let with2 = place + 1; with2 < all.length; with2++) {
        changes.push(all.with(place, chunk(clean, with2)).with(with2, chunk(clean, place)));
      }
    }
    expect(changes.length).toBeGreaterThan(30);
    for (const chunks of changes) {
      const bytes = Buffer.concat([clean.subarray(0, SEALED_HEADER_BYTES), ...chunks]);
      expect(await told(bytes, content)).not.toBeNull();
    }
    const header = other.subarray(0, SEALED_HEADER_BYTES);
    expect(await told(Buffer.concat([header, ...all]), content)).not.toBeNull();
  });

  it('reads a damaged chunk as a hole, and gives the rest', async () => {
    const content = await writeSmall();
    const bytes = await readFile(file);
    const { at = 0 } = chunkPlaces(bytes)[2] ?? {};
    bytes[at + 30] = (bytes[at + 30] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await withReader(file, async (reader) => {
      const read = new Uint8Array(content.length);
      expect(await reader.read(read, 0, read.length, 0)).toEqual({ bytesRead: 200, holeBytes: 40 });
      expect(read).toEqual(new Uint8Array(content).fill(0, 80, 120));
      await expect(collect(streamSealed(reader))).rejects.toThrow(SealedDamageError);
      expect(await reader.check()).toMatchObject({ chunks: 6, damagedRuns: 1, damagedBytes: 84 });
    });
    expect(await readSealedFile(file, unwrap)).toMatchObject({
      ok: false,
      fault: { code: 'SEALED_DAMAGED' },
    });
  });
});
