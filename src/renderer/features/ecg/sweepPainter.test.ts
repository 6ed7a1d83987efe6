import { describe, expect, it } from 'vitest';
import { pixelsPerMicrovolt, pixelsPerSecond, sweepLayout } from './geometry.ts';
import type { LeadSegment } from './leadReader.ts';
import { SweepPainter } from './sweepPainter.ts';

type Point = { readonly kind: 'move' | 'line'; readonly x: number; readonly y: number };

const RATE = 250;
const SCALE = { pixelsPerMm: 4, sweepMmPerSecond: 25, gainMmPerMv: 10 };
const LAYOUT = sweepLayout(500, 200, ['I'], SCALE);
const LEFT = LAYOUT.columns[0]?.left ?? 0;
const WIDTH = LAYOUT.columns[0]?.width ?? 0;
const ZERO_Y = LAYOUT.boxes[0]?.zeroY ?? 0;
const STEP = pixelsPerSecond(SCALE) / RATE;

/** Records what would be drawn; the painter needs no more of a canvas than this. */
function recorder(start = 0) {
  const strokes: Point[][] = [];
  const restored: { from: number; to: number }[] = [];
  const fills: { from: number; to: number }[] = [];
  let path: Point[] = [];
  const context = {
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 0,
    lineJoin: '',
    beginPath: () => {
      path = [];
    },
    moveTo: (x: number, y: number) => path.push({ kind: 'move', x, y }),
    lineTo: (x: number, y: number) => path.push({ kind: 'line', x, y }),
    stroke: () => strokes.push(path),
    drawImage: (_image: unknown, x: number, _y: number, width: number) =>
      restored.push({ from: x, to: x + width }),
    fillRect: (x: number, _y: number, width: number) => fills.push({ from: x, to: x + width }),
  };
  const painter = new SweepPainter(
    context as unknown as CanvasRenderingContext2D,
    {} as HTMLCanvasElement,
    {} as CanvasPattern,
    LAYOUT,
    SCALE,
    RATE,
    1,
  );
  painter.startAt(start);
  return { painter, strokes, restored, fills };
}

function segment(values: readonly number[], changes: Partial<LeadSegment> = {}): LeadSegment {
  return {
    epoch: 0,
    firstSample: 0,
    count: values.length,
    hostTimeMs: 0,
    missingBefore: 0,
    values: Float32Array.from(values),
    off: new Uint8Array(1),
    ...changes,
  };
}

describe('SweepPainter', () => {
  it('makes every sample a point, so that a spike of one sample shows at its height', () => {
    const { painter, strokes } = recorder();
    painter.paint([segment([0, 0, 1000, 0])]);
    const points = strokes[0] ?? [];
    expect(points).toHaveLength(4);
    const spike = points[2];
    expect(spike?.y).toBeCloseTo(ZERO_Y - 1000 * pixelsPerMicrovolt(SCALE), 3);
    expect(spike?.x).toBeCloseTo(LEFT + 2 * STEP, 6);
  });

  it('goes on from the last sample of the frame before', () => {
    const { painter, strokes } = recorder();
    painter.paint([segment([0, 500])]);
    painter.paint([segment([700])]);
    expect(strokes[1]?.map(({ kind }) => kind)).toEqual(['move', 'line']);
    expect(strokes[1]?.[0]?.x).toBeCloseTo(LEFT + STEP, 6);
    expect(strokes[1]?.[0]?.y).toBeCloseTo(strokes[0]?.[1]?.y ?? 0, 3);
  });

  it('draws no line over a gap, marks it, and lets it take its time', () => {
    const { painter, strokes, fills } = recorder();
    painter.paint([segment([0, 0])]);
    painter.paint([segment([0, 0], { missingBefore: 50 })]);
    expect(strokes.at(-1)?.[0]?.kind).toBe('move');
    expect(strokes.at(-1)?.[0]?.x).toBeCloseTo(LEFT + 52 * STEP, 6);
    expect(fills).toHaveLength(1);
    expect((fills[0]?.to ?? 0) - (fills[0]?.from ?? 0)).toBeGreaterThanOrEqual(50 * STEP - 1);
  });

  it('shows a gap of one sample too', () => {
    const { painter, fills } = recorder();
    painter.paint([segment([0])]);
    painter.paint([segment([0], { missingBefore: 1 })]);
    expect((fills[0]?.to ?? 0) - (fills[0]?.from ?? 0)).toBeGreaterThanOrEqual(2);
  });

  it('begins again at the left without a line across the view', () => {
    const { painter, strokes } = recorder();
    const perLap = WIDTH / STEP;
    const block = 40;
    for (let drawn = 0; drawn < perLap + block; drawn += block) {
      painter.paint([segment(Array.from({ length: block }, () => 0))]);
    }
    for (const path of strokes) {
      path.forEach((point, index) => {
        const before = path[index - 1];
        if (point.kind === 'line' && before !== undefined) {
          expect(point.x - before.x).toBeCloseTo(STEP, 6);
        }
        expect(point.x).toBeLessThanOrEqual(LEFT + WIDTH);
      });
    }
  });

  it('restores each strip of paper once a lap and stays ahead of the trace', () => {
    const { painter, restored } = recorder();
    restored.length = 0;
    let drawn = 0;
    for (let frame = 0; frame < 60; frame++) {
      painter.paint([segment([0, 0, 0, 0])]);
      drawn += 4;
      expect(restored.at(-1)?.to ?? 0).toBeGreaterThan(LEFT + drawn * STEP);
    }
    const area = restored.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(area).toBeLessThan(drawn * STEP + 20);
  });

  it('takes up where another painter stood', () => {
    const { painter, strokes } = recorder(-10);
    painter.paint([segment([0])]);
    expect(strokes[0]?.[0]?.x).toBeCloseTo(LEFT + WIDTH - 10 * STEP, 3);
  });

  it('draws dashes in the place of a lead that is off', () => {
    const { painter, strokes } = recorder();
    const values = Array.from({ length: 40 }, () => 900);
    painter.paint([segment(values, { off: Uint8Array.of(1) })]);
    expect(strokes[0]).toEqual([]);
    expect(strokes[1]?.every(({ y }) => y === ZERO_Y)).toBe(true);
    expect(strokes[1]?.length).toBeGreaterThan(0);
  });
});
