import { ok, type Result } from '../../contracts/faults.ts';
import type { Picture } from '../exporter/sources.ts';
import { decodePng, type PngHeader, type TakeRow } from './png.ts';

/** Every pixel as R G B. What is transparent is not made up: alpha is left out. */
export async function wholePicture(bytes: AsyncIterable<Uint8Array>): Promise<Result<Picture>> {
  let rgb = new Uint8Array(0);
  const decoded = await decodePng(bytes, (header) => {
    rgb = new Uint8Array(header.widthPx * header.heightPx * 3);
    return copyRows(header, rgb);
  });
  if (!decoded.ok) {
    return decoded;
  }
  const { widthPx, heightPx } = decoded.value;
  return ok({ widthPx, heightPx, rgb });
}

function copyRows({ widthPx, samples }: PngHeader, rgb: Uint8Array): TakeRow {
  const rowBytes = widthPx * 3;
  if (samples === 3) {
    return (row, y) => rgb.set(row, y * rowBytes);
  }
  const [green, blue] = samples < 3 ? [0, 0] : [1, 2];
  return (row, y) => {
    let to = y * rowBytes;
    for (let at = 0; at < row.length; at += samples) {
      rgb[to++] = row[at] ?? 0;
      rgb[to++] = row[at + green] ?? 0;
      rgb[to++] = row[at + blue] ?? 0;
    }
  };
}

/** A small copy, at most `sidePx` on its longer side: each pixel the mean of those that it stands for. */
export async function thumbnail(
  bytes: AsyncIterable<Uint8Array>,
  sidePx: number,
): Promise<Result<Picture>> {
  let small: Mean | null = null;
  const decoded = await decodePng(bytes, (header) => {
    const mean = createMean(header, sidePx);
    small = mean;
    return mean.take;
  });
  return decoded.ok ? ok((small ?? createMean(decoded.value, sidePx)).picture()) : decoded;
}

type Mean = { readonly take: TakeRow; readonly picture: () => Picture };

function createMean({ widthPx, heightPx, samples }: PngHeader, sidePx: number): Mean {
  const scale = Math.min(1, sidePx / Math.max(widthPx, heightPx));
  const width = Math.max(1, Math.floor(widthPx * scale));
  const height = Math.max(1, Math.floor(heightPx * scale));
  const sums = new Float64Array(width * height * 3);
  const counts = new Uint32Array(width * height);
  const columns = Uint32Array.from({ length: widthPx }, (_, x) =>
    Math.floor((x * width) / widthPx),
  );
  const [green, blue] = samples < 3 ? [0, 0] : [1, 2];
  return {
    take: (row, y) => {
      const line = Math.floor((y * height) / heightPx) * width;
      for (let x = 0; x < widthPx; x++) {
        const cell = line + (columns[x] ?? 0);
        const [at, to] = [x * samples, cell * 3];
        sums[to] = (sums[to] ?? 0) + (row[at] ?? 0);
        sums[to + 1] = (sums[to + 1] ?? 0) + (row[at + green] ?? 0);
        sums[to + 2] = (sums[to + 2] ?? 0) + (row[at + blue] ?? 0);
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
    },
    picture: () => ({
      widthPx: width,
      heightPx: height,
      rgb: Uint8Array.from(sums, (sum, index) =>
        Math.round(sum / (counts[Math.floor(index / 3)] ?? 1)),
      ),
    }),
  };
}
