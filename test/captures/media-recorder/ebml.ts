// Reads WebM by RFC 8794 (EBML) and RFC 9559 (Matroska), without the library that is tested.

const ID = {
  segment: 0x18538067,
  info: 0x1549a966,
  duration: 0x4489,
  timestampScale: 0x2ad7b1,
  cluster: 0x1f43b675,
  clusterTimestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
} as const;
const PARENTS: ReadonlySet<number> = new Set([
  ID.segment,
  ID.info,
  ID.cluster,
  ID.blockGroup,
  ID.cues,
  ID.cuePoint,
]);
/** Track number, relative timestamp, flags: RFC 9559, 10.1. */
const BLOCK_HEADER_BYTES = 4;
const NS_PER_MS = 1e6;

export type WebmFacts = {
  /** null: the file does not say. */
  readonly durationMs: number | null;
  readonly cueTimesMs: number[];
  readonly frames: { readonly timestampMs: number; readonly bytes: Buffer }[];
};

/** @returns the value of a variable-length integer and its width; null where its size is unknown. */
function vint(file: Buffer, at: number, keepMarker: boolean): [value: number | null, next: number] {
  const first = file[at] ?? 0;
  const width = Math.clz32(first) - 23;
  let value = keepMarker ? first : first & (0xff >> width);
  let ones = (first & (0xff >> width)) === 0xff >> width;
  for (let i = 1; i < width; i++) {
    const byte = file[at + i] ?? 0;
    value = value * 256 + byte;
    ones &&= byte === 0xff;
  }
  return [!keepMarker && ones ? null : value, at + width];
}

const unsigned = (data: Buffer): number => data.reduce((sum, byte) => sum * 256 + byte, 0);

export function webmFacts(file: Buffer): WebmFacts {
  const facts: { -readonly [K in keyof WebmFacts]: WebmFacts[K] } = {
    durationMs: null,
    cueTimesMs: [],
    frames: [],
  };
  let scaleMs = 1;
  let clusterMs = 0;
  const take: Readonly<Record<number, (data: Buffer) => void>> = {
    [ID.timestampScale]: (data) => {
      scaleMs = unsigned(data) / NS_PER_MS;
    },
    [ID.duration]: (data) => {
      facts.durationMs = (data.length === 4 ? data.readFloatBE() : data.readDoubleBE()) * scaleMs;
    },
    [ID.clusterTimestamp]: (data) => {
      clusterMs = unsigned(data) * scaleMs;
    },
    [ID.cueTime]: (data) => facts.cueTimesMs.push(unsigned(data) * scaleMs),
    [ID.simpleBlock]: frame,
    [ID.block]: frame,
  };
  function frame(data: Buffer): void {
    const timestampMs = clusterMs + data.readInt16BE(1) * scaleMs;
    facts.frames.push({ timestampMs, bytes: data.subarray(BLOCK_HEADER_BYTES) });
  }
  let at = 0;
  while (at < file.length) {
    const [id, afterId] = vint(file, at, true);
    const [size, body] = vint(file, afterId, false);
    if (id !== null && PARENTS.has(id)) {
      at = body;
    } else {
      const end = body + (size ?? 0);
      take[id ?? 0]?.(file.subarray(body, end));
      at = end;
    }
  }
  return facts;
}
