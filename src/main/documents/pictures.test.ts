import { deflateSync } from 'node:zlib';
import { decode, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../contracts/faults.ts';
import type { Picture } from '../exporter/sources.ts';
import { thumbnail, wholePicture } from './pictures.ts';

const WIDTH = 37;
const HEIGHT = 25;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

function must(result: Result<Picture>): Picture {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

/** Every sample is another one, and none is a neighbour's. */
function samplesOf(channels: number, width = WIDTH, height = HEIGHT): Uint8Array {
  return Uint8Array.from(
    { length: width * height * channels },
    (_, at) => (at * 73 + (at >> 3) * 11) & 0xff,
  );
}

function png(channels: 1 | 2 | 3 | 4, data = samplesOf(channels)): Uint8Array {
  return encode({ width: WIDTH, height: HEIGHT, data, channels, depth: 8 });
}

/** What a pixel of `channels` samples is as R G B. */
function rgbOf(samples: Uint8Array, channels: number): Uint8Array {
  const rgb: number[] = [];
  for (let at = 0; at < samples.length; at += channels) {
    const pixel = samples.subarray(at, at + channels);
    const [first = 0, second = 0, third = 0] = pixel;
    rgb.push(...(channels < 3 ? [first, first, first] : [first, second, third]));
  }
  return Uint8Array.from(rgb);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content, Buffer.alloc(4)]);
}

/** The same picture, each row under the next of the five filters (W3C PNG 3, 9.2). */
function filteredPng(samples: Uint8Array, channels: 3 | 4): Uint8Array {
  const rowBytes = WIDTH * channels;
  const at = (y: number, x: number): number =>
    y < 0 || x < 0 ? 0 : (samples[y * rowBytes + x] ?? 0);
  const paeth = (a: number, b: number, c: number): number => {
    const distances = [a, b, c].map((one) => Math.abs(a + b - c - one));
    return [a, b, c][distances.indexOf(Math.min(...distances))] ?? 0;
  };
  const predicted = [
    () => 0,
    (y: number, x: number) => at(y, x - channels),
    (y: number, x: number) => at(y - 1, x),
    (y: number, x: number) => (at(y, x - channels) + at(y - 1, x)) >> 1,
    (y: number, x: number) => paeth(at(y, x - channels), at(y - 1, x), at(y - 1, x - channels)),
  ];
  const rows = Buffer.alloc((rowBytes + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    rows[y * (rowBytes + 1)] = y % 5;
    for (let x = 0; x < rowBytes; x++) {
      const guess = predicted[y % 5]?.(y, x) ?? 0;
      rows[y * (rowBytes + 1) + 1 + x] = (at(y, x) - guess) & 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, channels === 3 ? 2 : 6], 8);
  const packed = deflateSync(rows);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('Software\0nobody')),
    chunk('IDAT', packed.subarray(0, 50)),
    chunk('IDAT', packed.subarray(50)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a still', () => {
  it.each([1, 2, 3, 4] as const)('of %i samples a pixel keeps each colour', async (channels) => {
    const { widthPx, heightPx, rgb } = must(await wholePicture(inPieces(png(channels), 91)));
    expect([widthPx, heightPx]).toEqual([WIDTH, HEIGHT]);
    expect(rgb).toEqual(rgbOf(samplesOf(channels), channels));
  });

  it.each([3, 4] as const)('of %i samples is the same under every filter', async (channels) => {
    const file = filteredPng(samplesOf(channels), channels);
    const { rgb } = must(await wholePicture(inPieces(file, 7)));
    expect(rgb).toEqual(rgbOf(samplesOf(channels), channels));
    // Another reader agrees that the file is what it is said to be.
    expect(decode(file, { checkCrc: false }).data).toEqual(samplesOf(channels));
  });

  it('is the same in whatever pieces it comes', async () => {
    const file = png(4);
    for (const size of [1, 2, 13, 4_096]) {
      expect(must(await wholePicture(inPieces(file, size))).rgb).toEqual(rgbOf(samplesOf(4), 4));
    }
  });

  it('that is cut off is damaged, wherever it is cut', async () => {
    const file = png(3);
    for (let length = 0; length < file.length - 12; length += 37) {
      const made = await wholePicture(inPieces(file.subarray(0, length), 64));
      expect([length, made]).toEqual([
        length,
        { ok: false, fault: { code: 'EXPORT_SOURCE_DAMAGED' } },
      ]);
    }
  });

  it('that says another size than it has is damaged', async () => {
    const file = Buffer.from(png(3));
    file.writeUInt32BE(HEIGHT + 1, 20);
    expect(await wholePicture(inPieces(file, 64))).toMatchObject({
      fault: { code: 'EXPORT_SOURCE_DAMAGED' },
    });
  });

  it('of 16 bits is refused: no camera of a window makes one', async () => {
    const data = Uint16Array.from(samplesOf(3));
    const file = encode({ width: WIDTH, height: HEIGHT, data, channels: 3, depth: 16 });
    expect(await wholePicture(inPieces(file, 64))).toMatchObject({
      fault: { code: 'EXPORT_UNSUPPORTED' },
    });
  });
});

describe('a thumbnail', () => {
  it('has the mean colour of what each of its pixels stands for', async () => {
    const data = new Uint8Array(40 * 20 * 3).map(
      (_, at) => (Math.floor(at / 3) % 2) * 200 + (at % 3),
    );
    const file = encode({ width: 40, height: 20, data, channels: 3, depth: 8 });
    const small = must(await thumbnail(inPieces(file, 512), 20));
    expect([small.widthPx, small.heightPx]).toEqual([20, 10]);
    for (let at = 0; at < small.rgb.length; at++) {
      expect(small.rgb[at]).toBe(100 + (at % 3));
    }
  });

  it('of a small picture is the picture', async () => {
    const small = must(await thumbnail(inPieces(png(3), 512), 500));
    expect(small).toEqual({ widthPx: WIDTH, heightPx: HEIGHT, rgb: samplesOf(3) });
  });
});
