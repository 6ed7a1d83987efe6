import type { IndexChunk, Pin, Segment } from './types.ts';

/** Byte layout: docs/recording-format.md. */
const SEGMENT_BYTES = 40;
const PIN_BYTES = 12;
const NO_PINS_BEFORE = 0;
export const END_CONTENT_BYTES = 16;

export function encodeIndex({ own, earlier, pins, earlierPinsAt }: IndexChunk): Uint8Array {
  const counts = 8;
  const bytes = new Uint8Array(
    8 + counts + SEGMENT_BYTES * (1 + earlier.length) + PIN_BYTES * pins.length,
  );
  const view = new DataView(bytes.buffer);
  setOffset(view, 0, earlierPinsAt ?? NO_PINS_BEFORE);
  view.setUint32(8, earlier.length, true);
  view.setUint32(12, pins.length, true);
  const segments = [own, ...earlier];
  segments.forEach((segment, place) => {
    writeSegment(view, 16 + place * SEGMENT_BYTES, segment);
  });
  const pinsAt = 16 + segments.length * SEGMENT_BYTES;
  pins.forEach(({ tag, offset }, place) => {
    view.setUint32(pinsAt + place * PIN_BYTES, tag, true);
    setOffset(view, pinsAt + place * PIN_BYTES + 4, offset);
  });
  return bytes;
}

/** @param bytes the content of a chunk that was opened: authentic, so that its shape is trusted. */
export function decodeIndex(bytes: Uint8Array): IndexChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const earlierPinsAt = offsetAt(view, 0);
  const earlier = view.getUint32(8, true);
  const segmentAt = (place: number): Segment => readSegment(view, 16 + place * SEGMENT_BYTES);
  const pinsAt = 16 + (1 + earlier) * SEGMENT_BYTES;
  const pinAt = (place: number): Pin => ({
    tag: view.getUint32(pinsAt + place * PIN_BYTES, true),
    offset: offsetAt(view, pinsAt + place * PIN_BYTES + 4),
  });
  return {
    own: segmentAt(0),
    earlier: Array.from({ length: earlier }, (_, place) => segmentAt(place + 1)),
    pins: Array.from({ length: view.getUint32(12, true) }, (_, place) => pinAt(place)),
    earlierPinsAt: earlierPinsAt === NO_PINS_BEFORE ? null : earlierPinsAt,
  };
}

function writeSegment(view: DataView, at: number, segment: Segment): void {
  view.setUint32(at, segment.number, true);
  view.setUint32(at + 4, segment.from.index, true);
  setOffset(view, at + 8, segment.at);
  setOffset(view, at + 16, segment.from.at);
  setOffset(view, at + 24, segment.from.plainAt);
  view.setFloat64(at + 32, segment.timeMs, true);
}

function readSegment(view: DataView, at: number): Segment {
  return {
    number: view.getUint32(at, true),
    at: offsetAt(view, at + 8),
    from: {
      at: offsetAt(view, at + 16),
      index: view.getUint32(at + 4, true),
      plainAt: offsetAt(view, at + 24),
    },
    timeMs: view.getFloat64(at + 32, true),
  };
}

/** What the last chunk of a closed file says: its plain size, and where the newest index is. */
export type EndMark = { readonly plainSize: number; readonly indexAt: number };

export function encodeEnd({ plainSize, indexAt }: EndMark): Uint8Array {
  const view = new DataView(new ArrayBuffer(END_CONTENT_BYTES));
  setOffset(view, 0, plainSize);
  setOffset(view, 8, indexAt);
  return new Uint8Array(view.buffer);
}

export function decodeEnd(bytes: Uint8Array): EndMark {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { plainSize: offsetAt(view, 0), indexAt: offsetAt(view, 8) };
}

function setOffset(view: DataView, at: number, value: number): void {
  view.setBigUint64(at, BigInt(value), true);
}

function offsetAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
