/**
 * The colour space of what a window draws and saves (IEC 61966-2-1) as an ICC profile, version 2:
 * primaries adapted to D50 and a curve of 1024 points. Made here, as no profile may be copied.
 */
const CURVE_POINTS = 1024;
const HEADER_BYTES = 128;
/** XYZ of white and primaries, Bradford-adapted to D50 (IEC 61966-2-1, as the ICC publishes them). */
const COLOURS = {
  wtpt: [0.9642, 1, 0.8249],
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
} as const;

let made: Uint8Array | undefined;

export function srgbProfile(): Uint8Array {
  made ??= makeProfile();
  return made;
}

function makeProfile(): Uint8Array {
  const curve = curveTag();
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', descriptionTag('sRGB IEC61966-2.1')],
    ['cprt', Buffer.concat([Buffer.from('text\0\0\0\0No copyright\0\0\0\0', 'latin1')])],
    ...Object.entries(COLOURS).map(([name, xyz]) => [name, xyzTag(xyz)] as const),
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  return assemble(tags);
}

function assemble(tags: readonly (readonly [string, Buffer])[]): Buffer {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const placed = new Map<Buffer, number>();
  let end = HEADER_BYTES + table.length;
  for (const [index, [name, data]] of tags.entries()) {
    const at = placed.get(data) ?? end;
    if (!placed.has(data)) {
      placed.set(data, at);
      end += data.length;
    }
    table.write(name, 4 + index * 12, 'latin1');
    table.writeUInt32BE(at, 8 + index * 12);
    table.writeUInt32BE(data.length, 12 + index * 12);
  }
  return Buffer.concat([header(end), table, ...placed.keys()]);
}

function header(size: number): Buffer {
  const out = Buffer.alloc(HEADER_BYTES);
  out.writeUInt32BE(size, 0);
  out.writeUInt32BE(0x02100000, 8);
  out.write('mntrRGB XYZ ', 12, 'latin1');
  // A date is demanded; a fixed one keeps the bytes the same.
  for (const [index, part] of [2026, 1, 1, 0, 0, 0].entries()) {
    out.writeUInt16BE(part, 24 + index * 2);
  }
  out.write('acsp', 36, 'latin1');
  for (const [index, value] of COLOURS.wtpt.entries()) {
    out.writeInt32BE(fixed(value), 68 + index * 4);
  }
  return out;
}

const fixed = (value: number): number => Math.round(value * 65_536);

function xyzTag(xyz: readonly number[]): Buffer {
  const out = Buffer.alloc(20);
  out.write('XYZ ', 0, 'latin1');
  for (const [index, value] of xyz.entries()) {
    out.writeInt32BE(fixed(value), 8 + index * 4);
  }
  return out;
}

/** textDescriptionType of version 2: ASCII, and empty Unicode and ScriptCode parts. */
function descriptionTag(words: string): Buffer {
  const length = words.length + 1;
  const out = Buffer.alloc(Math.ceil((12 + length + 8 + 3 + 67) / 4) * 4);
  out.write('desc', 0, 'latin1');
  out.writeUInt32BE(length, 8);
  out.write(words, 12, 'latin1');
  return out;
}

function curveTag(): Buffer {
  const out = Buffer.alloc(12 + CURVE_POINTS * 2);
  out.write('curv', 0, 'latin1');
  out.writeUInt32BE(CURVE_POINTS, 8);
  for (let index = 0; index < CURVE_POINTS; index++) {
    const value = index / (CURVE_POINTS - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    out.writeUInt16BE(Math.round(linear * 0xffff), 12 + index * 2);
  }
  return out;
}
