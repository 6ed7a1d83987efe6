/*
 * A baseline JPEG (ITU-T T.81) of flat blocks: each 8x8 block has one value, so that only DC
 * coefficients are coded. Enough for a test picture, and a few milliseconds of work.
 */

/** One value for each 8x8 block of luma, and for each 16x16 square of chroma, 0..255. */
export type FlatPicture = {
  /** Multiples of 16. */
  readonly width: number;
  readonly height: number;
  readonly luma: (column: number, row: number) => number;
  readonly cb: (column: number, row: number) => number;
  readonly cr: (column: number, row: number) => number;
};

/** T.81 table K.3: how many DC codes of each length 1..16 there are; their symbols are 0..11. */
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_SYMBOLS = DC_COUNTS.flatMap((count) => Array.from({ length: count })).map((_, i) => i);
/** The only AC symbol here is the end of the block: the code is one bit, 0. */
const AC_COUNTS = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/** A flat block of v has the DC coefficient 8 (v - 128): quantised by 8 it is the value itself. */
const QUANTISER = 8;

type Code = { readonly bits: number; readonly length: number };

function canonicalCodes(counts: readonly number[]): Code[] {
  const codes: Code[] = [];
  let next = 0;
  counts.forEach((count, index) => {
    for (let i = 0; i < count; i += 1) codes.push({ bits: next++, length: index + 1 });
    next *= 2;
  });
  return codes;
}

const DC_CODES = canonicalCodes(DC_COUNTS);

function segment(marker: number, body: readonly number[]): number[] {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...body];
}

function header({ width, height }: FlatPicture): number[] {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return [
    0xff,
    0xd8,
    ...segment(0xdb, [0, ...Array.from({ length: 64 }, () => QUANTISER)]),
    // Three components, 4:2:0, one quantiser.
    ...segment(0xc0, [8, ...size, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]),
    ...segment(0xc4, [0x00, ...DC_COUNTS, ...DC_SYMBOLS]),
    ...segment(0xc4, [0x10, ...AC_COUNTS, 0]),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ];
}

function createBitWriter() {
  const bytes: number[] = [];
  let held = 0;
  let count = 0;
  const put = (bits: number, length: number): void => {
    for (let i = length - 1; i >= 0; i -= 1) {
      held = (held << 1) | ((bits >> i) & 1);
      count += 1;
      if (count < 8) continue;
      bytes.push(held);
      // A data byte FF is followed by 00, so that it is no marker.
      if (held === 0xff) bytes.push(0);
      held = 0;
      count = 0;
    }
  };
  return {
    put,
    /** Fills the last byte with ones. */
    end: (): number[] => {
      if (count > 0) put(0xff, 8 - count);
      return bytes;
    },
  };
}

/** T.81 F.1.2.1: the size of the difference, then its low bits; negative ones less one. */
function createBlockWriter(put: (bits: number, length: number) => void) {
  let before = 0;
  return (value: number): void => {
    const level = Math.round(value) - 128;
    const difference = level - before;
    before = level;
    const size = 32 - Math.clz32(Math.abs(difference));
    const code = DC_CODES[size];
    if (code === undefined) throw new Error(`no code for a difference of ${difference}`);
    put(code.bits, code.length);
    put(difference < 0 ? difference + (1 << size) - 1 : difference, size);
    put(0, 1);
  };
}

export function encodeJpeg(picture: FlatPicture): Uint8Array {
  const bits = createBitWriter();
  const [y, cb, cr] = [0, 1, 2].map(() => createBlockWriter(bits.put));
  if (y === undefined || cb === undefined || cr === undefined) throw new Error('three components');
  for (let row = 0; row < picture.height / 16; row += 1) {
    for (let column = 0; column < picture.width / 16; column += 1) {
      for (let block = 0; block < 4; block += 1) {
        y(picture.luma(column * 2 + (block & 1), row * 2 + (block >> 1)));
      }
      cb(picture.cb(column, row));
      cr(picture.cr(column, row));
    }
  }
  return Uint8Array.from([...header(picture), ...bits.end(), 0xff, 0xd9]);
}
