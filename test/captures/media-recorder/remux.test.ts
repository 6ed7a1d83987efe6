import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { remux } from '../../../src/renderer/features/examCamera/remux.ts';
import { webmFacts } from './ebml.ts';

const recorded = (codec: string): Buffer =>
  readFileSync(new URL(`./${codec}.webm`, import.meta.url));
const asBlob = (file: Buffer): Blob => new Blob([new Uint8Array(file)], { type: 'video/webm' });

describe.each(['vp8', 'vp9'])('a clip that MediaRecorder wrote in %s', (codec) => {
  it('has neither a length nor an index', () => {
    const { durationMs, cueTimesMs, frames } = webmFacts(recorded(codec));
    expect(durationMs).toBeNull();
    expect(cueTimesMs).toEqual([]);
    expect(frames.length).toBeGreaterThan(20);
  });

  it('has both once it is remuxed, and the same frames at the same times', async () => {
    const before = webmFacts(recorded(codec));
    const clip = await remux(asBlob(recorded(codec)));
    const after = webmFacts(Buffer.from(clip?.bytes ?? []));
    const last = before.frames.at(-1)?.timestampMs ?? 0;
    expect(after.durationMs).toBeGreaterThanOrEqual(last);
    expect(after.durationMs).toBeLessThan(last + 500);
    expect(clip?.durationMs).toBeCloseTo(after.durationMs ?? 0, 0);
    expect(after.cueTimesMs.length).toBeGreaterThanOrEqual(2);
    expect(after.frames.map(({ bytes }) => bytes.toString('hex'))).toEqual(
      before.frames.map(({ bytes }) => bytes.toString('hex')),
    );
    expect(after.frames.map(({ timestampMs }) => timestampMs)).toEqual(
      before.frames.map(({ timestampMs }) => timestampMs),
    );
  });

  it('says how large its picture is', async () => {
    const clip = await remux(asBlob(recorded(codec)));
    expect(clip).toMatchObject({ widthPx: 160, heightPx: 120 });
  });
});

describe('what is no clip', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ['the head of a clip alone', new Uint8Array(recorded('vp8').subarray(0, 60))],
  ])('is told apart: %s', async (_name, bytes) => {
    await expect(remux(new Blob([bytes]))).resolves.toBeNull();
  });
});
