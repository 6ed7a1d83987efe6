import './bench.css';
import type { SampleBlock } from '../../../contracts/sampleBlock.ts';
import { type BenchRenderer, type BenchShape, plainSweep, uplot } from './benchPeers.ts';
import { BenchSource, benchDescriptor } from './benchSignal.ts';
import { EcgSweepView } from './sweepView.ts';

export type EcgBenchOptions = {
  readonly mode?: 'view' | 'plainSweep' | 'uplot';
  readonly leads: number;
  readonly rateHz: number;
  readonly seconds: number;
};

export type EcgBenchResult = {
  readonly mode: 'view' | 'plainSweep' | 'uplot';
  readonly seconds: number;
  readonly frames: number;
  readonly fps: number;
  /** Share of frames more than 25 ms after the one before, 0..1. */
  readonly lateFrames: number;
  readonly scriptMsP50: number;
  readonly scriptMsP99: number;
  readonly samples: number;
  readonly width: number;
  readonly height: number;
};

const LATE_FRAME_MS = 25;
const BLOCK_SECONDS = 0.008;

declare global {
  interface Window {
    startEcgBench: (options: EcgBenchOptions) => Promise<EcgBenchResult>;
  }
}

window.startEcgBench = async (options) => {
  const stage = document.getElementById('stage');
  if (stage === null) {
    throw new Error('the page has no stage');
  }
  const mode = options.mode ?? 'view';
  const shape: BenchShape = {
    width: window.innerWidth,
    height: window.innerHeight,
    leads: options.leads,
    rateHz: options.rateHz,
    stage,
  };
  return measure(mode, await rendererOf(mode, shape), shape, options.seconds);
};

async function rendererOf(mode: EcgBenchResult['mode'], shape: BenchShape): Promise<BenchRenderer> {
  if (mode === 'plainSweep') {
    return plainSweep(shape);
  }
  return mode === 'uplot' ? uplot(shape) : ecgView(shape);
}

/** The very view of the product, with grid, labels, filter and draw log. */
function ecgView(shape: BenchShape): BenchRenderer {
  const canvas = document.createElement('canvas');
  shape.stage.replaceChildren(canvas);
  const view = new EcgSweepView(
    canvas,
    {
      pixelsPerMm: null,
      sweepMmPerSecond: 25,
      gainMmPerMv: 10,
      filtered: true,
      texts: { derived: 'derived', leadOff: 'electrode off' },
    },
    {
      createCanvas: () => document.createElement('canvas'),
      now: () => performance.now(),
      hostTimeOf: (pageMs) => pageMs,
      onFirstDraw: () => {},
    },
  );
  view.setStream(benchDescriptor(shape.leads, shape.rateHz));
  view.resize(shape.width, shape.height, window.devicePixelRatio);
  return (blocks) => {
    for (const block of blocks) {
      view.push(block);
    }
    view.drawFrame();
  };
}

function measure(
  mode: EcgBenchResult['mode'],
  render: BenchRenderer,
  shape: BenchShape,
  seconds: number,
): Promise<EcgBenchResult> {
  const source = new BenchSource(shape.leads, shape.rateHz);
  const perBlock = Math.max(1, Math.round(shape.rateHz * BLOCK_SECONDS));
  const scriptMs: number[] = [];
  const frameGaps: number[] = [];
  const startedAt = performance.now();
  let lastFrame = 0;
  let samples = 0;
  return new Promise((resolve) => {
    const frame = (now: number): void => {
      const begin = performance.now();
      if (lastFrame > 0) {
        frameGaps.push(now - lastFrame);
      }
      lastFrame = now;
      const due = ((begin - startedAt) * shape.rateHz) / 1000;
      const blocks: SampleBlock[] = [];
      for (; samples + perBlock <= due; samples += perBlock) {
        blocks.push(source.next(perBlock, begin));
      }
      render(blocks);
      const end = performance.now();
      scriptMs.push(end - begin);
      if (end - startedAt < seconds * 1000) {
        requestAnimationFrame(frame);
        return;
      }
      const elapsed = (end - startedAt) / 1000;
      const late = frameGaps.filter((gap) => gap > LATE_FRAME_MS).length;
      resolve({
        mode,
        seconds: elapsed,
        frames: scriptMs.length,
        fps: frameGaps.length / elapsed,
        lateFrames: late / Math.max(1, frameGaps.length),
        scriptMsP50: quantile(scriptMs, 0.5),
        scriptMsP99: quantile(scriptMs, 0.99),
        samples,
        width: shape.width,
        height: shape.height,
      });
    };
    requestAnimationFrame(frame);
  });
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
