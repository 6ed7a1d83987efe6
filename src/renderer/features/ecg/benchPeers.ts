import { channelSamples, type SampleBlock } from '../../../contracts/sampleBlock.ts';

/** What is measured: takes what arrived since the last frame and draws it. */
export type BenchRenderer = (blocks: readonly SampleBlock[]) => void;
export type BenchShape = {
  readonly width: number;
  readonly height: number;
  readonly leads: number;
  readonly rateHz: number;
  readonly stage: HTMLElement;
};

const WINDOW_SECONDS = 10;
const LEADS_APART_UV = 1500;

/** The least that a sweep can do: the new segments and an erase bar; no grid, no labels. */
export function plainSweep({ width, height, leads, rateHz, stage }: BenchShape): BenchRenderer {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  stage.replaceChildren(canvas);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) {
    throw new Error('a 2D canvas is required');
  }
  const rowHeight = height / leads;
  const total = rateHz * WINDOW_SECONDS;
  const step = width / total;
  const last = new Float32Array(leads);
  let position = 0;
  context.strokeStyle = '#0f0';
  context.lineWidth = 1.5;
  return (blocks) => {
    const count = blocks.reduce((sum, block) => sum + block.samplesPerChannel, 0);
    const from = Math.floor((position % total) * step) + 1;
    const wide = Math.ceil(count * step) + 24;
    context.fillStyle = '#000';
    context.fillRect(from, 0, wide, height);
    context.fillRect(from - width, 0, wide, height);
    context.beginPath();
    for (const block of blocks) {
      for (let lead = 0; lead < leads; lead++) {
        const values = channelSamples(block, lead);
        const scale = (block.channels[lead]?.scale ?? 1) * (rowHeight / LEADS_APART_UV) * 0.6;
        const zero = (lead + 0.7) * rowHeight;
        for (let index = 0; index < values.length; index++) {
          const at = (position + index) % total;
          const y = zero - (values[index] ?? 0) * scale;
          if (index === 0 && at > 0) {
            context.moveTo((at - 1) * step, last[lead] ?? zero);
          }
          if (at === 0) {
            context.moveTo(0, y);
          } else {
            context.lineTo(at * step, y);
          }
          last[lead] = y;
        }
      }
      position += block.samplesPerChannel;
    }
    context.stroke();
  };
}

/** uPlot as its README shows live data: `setData` each frame over ten seconds in view. */
export async function uplot(shape: BenchShape): Promise<BenchRenderer> {
  const { default: UPlot } = await import('uplot');
  await import('uplot/dist/uPlot.min.css');
  const { width, height, leads, rateHz, stage } = shape;
  const total = rateHz * WINDOW_SECONDS;
  const times = Float64Array.from({ length: total }, (_, index) => (index - total) / rateHz);
  const rows = Array.from({ length: leads }, (_, lead) =>
    new Float64Array(total).fill((leads - 1 - lead) * LEADS_APART_UV),
  );
  const data: [Float64Array, ...Float64Array[]] = [times, ...rows];
  stage.replaceChildren();
  const chart = new UPlot(
    {
      width,
      height,
      pxAlign: 0,
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, range: (_, from, to) => [from, to] },
        y: { range: [-LEADS_APART_UV / 2, leads * LEADS_APART_UV] },
      },
      series: [{}, ...rows.map(() => ({ stroke: '#0f0', width: 1.5, points: { show: false } }))],
    },
    data,
    stage,
  );
  let sample = 0;
  return (blocks) => {
    for (const block of blocks) {
      const count = block.samplesPerChannel;
      times.copyWithin(0, count);
      for (let index = 0; index < count; index++) {
        times[total - count + index] = (sample + index) / rateHz;
      }
      rows.forEach((row, lead) => {
        row.copyWithin(0, count);
        const values = channelSamples(block, lead);
        const scale = block.channels[lead]?.scale ?? 1;
        for (let index = 0; index < count; index++) {
          row[total - count + index] =
            (values[index] ?? 0) * scale + (leads - 1 - lead) * LEADS_APART_UV;
        }
      });
      sample += count;
    }
    chart.setData(data, true);
  };
}
