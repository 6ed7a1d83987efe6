import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StreamDescriptor } from '../../../../contracts/devices.ts';
import type { SampleBlock } from '../../../../contracts/sampleBlock.ts';
import { drawPlot, type PlotLook } from './drawPlot.ts';
import { PlotFollower } from './plotFollower.ts';

/** Smooth enough to see that it lives; the consultation's ECG has a painter of its own. */
const DRAW_MS = 80;
/** A stream of few channels has the room to show them well. */
const ROW_PX = { few: 116, many: 58 } as const;
const FEW = 3;

export type BlockSource = (listener: (block: SampleBlock) => void) => () => void;

type StreamPlotProps = {
  readonly descriptor: StreamDescriptor;
  readonly onBlock: BlockSource;
};

/** The last ten seconds of a stream, each channel over its own range. Its `key` is `plotKey`. */
export function StreamPlot({ descriptor, onBlock }: StreamPlotProps) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { streamId, rateHz, kind, name } = descriptor;
  // Each epoch has a descriptor of its own, of the same channels.
  const [channels] = useState(descriptor.channels);
  const look = useMemo((): Omit<PlotLook, 'pixelRatio'> => {
    const format = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 5 });
    return {
      labels: channels.map((channel) => `${channel.name} (${t(`blockUnit.${channel.unit}`)})`),
      figure: (value) => format.format(value),
    };
  }, [channels, i18n.language, t]);
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  }, [look]);
  useEffect(() => {
    const element = canvas.current;
    const follower = new PlotFollower({ channels, rateHz });
    const stop = onBlock((block) => {
      if (block.streamId === streamId) {
        follower.take(block);
      }
    });
    const timer = window.setInterval(() => {
      draw(element, follower, latest);
    }, DRAW_MS);
    return () => {
      stop();
      window.clearInterval(timer);
    };
  }, [channels, rateHz, streamId, onBlock]);
  const title = t('technician.plot', { stream: t(`stream.${kind}`), name });
  return (
    <section className="card plot" aria-label={title}>
      <h3>
        {title} <span className="soft small number">{t('ecg.rate', { rate: rateHz })}</span>
      </h3>
      <canvas
        ref={canvas}
        role="img"
        aria-label={title}
        style={{ height: channels.length * (channels.length > FEW ? ROW_PX.many : ROW_PX.few) }}
      />
    </section>
  );
}

/** What a plot is made for: a stream with other channels has another plot. */
export function plotKey({ streamId, rateHz, channels }: StreamDescriptor): string {
  return JSON.stringify([streamId, rateHz, channels]);
}

function draw(
  canvas: HTMLCanvasElement | null,
  follower: PlotFollower,
  look: RefObject<Omit<PlotLook, 'pixelRatio'>>,
): void {
  const context = canvas?.getContext('2d', { alpha: false });
  if (canvas === null || context === null || context === undefined) {
    return;
  }
  const pixelRatio = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * pixelRatio);
  const height = Math.round(canvas.clientHeight * pixelRatio);
  if (width < 1 || height < 1) {
    return;
  }
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  drawPlot(context, follower.columns, { ...look.current, pixelRatio });
}
