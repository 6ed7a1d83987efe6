/** EBML (RFC 8794) ids, and those of Matroska (RFC 9559), as they stand in a file. */
const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const VIDEO = 0xe0;
const PIXEL_WIDTH = 0xb0;
const PIXEL_HEIGHT = 0xba;
const CLUSTER = 0x1f43b675;

/** Timestamps are in milliseconds where a file says nothing else (RFC 9559, 5.1.2.9). */
const DEFAULT_SCALE_NS = 1_000_000;
const NS_PER_MS = 1_000_000;

type Element = { readonly id: number; readonly from: number; readonly to: number };

/** @returns null when it is no WebM with a length and one picture size. */
export function webmFacts(
  bytes: Uint8Array,
): { widthPx: number; heightPx: number; durationMs: number } | null {
  const whole = { id: 0, from: 0, to: bytes.length };
  const head = find(bytes, whole, EBML);
  const docType = head === null ? null : find(bytes, head, DOC_TYPE);
  if (docType === null || textOf(bytes, docType) !== 'webm') {
    return null;
  }
  const info = find(bytes, whole, SEGMENT, INFO);
  const video = find(bytes, whole, SEGMENT, TRACKS, TRACK_ENTRY, VIDEO);
  const duration = info === null ? null : find(bytes, info, DURATION);
  const width = video === null ? null : find(bytes, video, PIXEL_WIDTH);
  const height = video === null ? null : find(bytes, video, PIXEL_HEIGHT);
  if (info === null || duration === null || width === null || height === null) {
    return null;
  }
  const scale = find(bytes, info, TIMESTAMP_SCALE);
  const scaleNs = scale === null ? DEFAULT_SCALE_NS : integerOf(bytes, scale);
  return {
    widthPx: integerOf(bytes, width),
    heightPx: integerOf(bytes, height),
    durationMs: (floatOf(bytes, duration) * scaleNs) / NS_PER_MS,
  };
}

/** The first element of each id within the one before. */
function find(bytes: Uint8Array, within: Element, ...ids: readonly number[]): Element | null {
  let place = within;
  for (const id of ids) {
    const inner = children(bytes, place).find((element) => element.id === id);
    if (inner === undefined) {
      return null;
    }
    place = inner;
  }
  return place;
}

/** Up to the first cluster: what describes a file stands before it. */
function children(bytes: Uint8Array, within: Element): Element[] {
  const found: Element[] = [];
  for (let at = within.from; at < within.to; ) {
    const id = readNumber(bytes, at, true);
    const size = id === null ? null : readNumber(bytes, id.next, false);
    if (id === null || size === null || id.value === CLUSTER) {
      break;
    }
    const to = size.unknown ? within.to : Math.min(within.to, size.next + size.value);
    found.push({ id: id.value, from: size.next, to });
    at = to;
  }
  return found;
}

/** A number whose first byte tells its length; an id keeps that mark. */
function readNumber(
  bytes: Uint8Array,
  at: number,
  keepMark: boolean,
): { value: number; next: number; unknown: boolean } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) {
    return null;
  }
  let value = keepMark ? first : first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    unknown &&= byte === 0xff;
  }
  return { value, next: at + length, unknown: unknown && !keepMark };
}

function integerOf(bytes: Uint8Array, { from, to }: Element): number {
  return bytes.subarray(from, to).reduce((value, byte) => value * 256 + byte, 0);
}

function floatOf(bytes: Uint8Array, { from, to }: Element): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from);
  if (view.byteLength === 8) {
    return view.getFloat64(0);
  }
  return view.byteLength === 4 ? view.getFloat32(0) : 0;
}

function textOf(bytes: Uint8Array, { from, to }: Element): string {
  return String.fromCharCode(...bytes.subarray(from, to)).replace(/\0+$/, '');
}
