import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AudioEnvelope } from '../../../signal/audioEnvelope.ts';
import { SHOWN_S } from './listening.ts';
import type { Stethoscope } from './stethoscope.ts';

type WaveformProps = { readonly stethoscope: Stethoscope; readonly live: boolean };

/** Quietest scale: a sound below it is seen as small, not blown up to a loud one. */
const LEAST_SCALE = 2 ** -8;

/** The last seconds of the sound, the newest at the right; a hole is left blank. */
export function Waveform({ stethoscope, live }: WaveformProps) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scale, setScale] = useState(1);
  useEffect(() => {
    let request = requestAnimationFrame(draw);
    function draw(): void {
      const element = canvas.current;
      const envelope = stethoscope.envelope();
      if (element !== null) {
        fitToScreen(element);
        setScale(envelope === null ? 1 : paint(element, envelope));
      }
      request = requestAnimationFrame(draw);
    }
    return () => {
      cancelAnimationFrame(request);
    };
  }, [stethoscope]);
  return (
    <div className="sound-wave">
      <canvas
        ref={canvas}
        className={live ? '' : 'stale'}
        role="img"
        aria-label={t('stethoscope.waveform', { value: SHOWN_S })}
      />
      <span className="exam-caption number">
        {t('stethoscope.waveform', { value: SHOWN_S })} ·{' '}
        {t('stethoscope.scale', { value: Math.round(20 * Math.log10(scale)) })}
      </span>
    </div>
  );
}

function fitToScreen(canvas: HTMLCanvasElement): void {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
}

/** @returns the value at the upper edge: a power of two, so that the scale stands still. */
function paint(canvas: HTMLCanvasElement, envelope: AudioEnvelope): number {
  const context = canvas.getContext('2d');
  const { width, height } = canvas;
  const peak = Math.max(LEAST_SCALE, envelope.peak());
  const scale = Math.min(1, 2 ** Math.ceil(Math.log2(peak)));
  if (context === null) {
    return scale;
  }
  const { color } = getComputedStyle(canvas);
  context.clearRect(0, 0, width, height);
  context.fillStyle = color;
  context.globalAlpha = 0.25;
  context.fillRect(0, Math.round(height / 2), width, 1);
  context.globalAlpha = 1;
  const columnWidth = width / envelope.columns;
  const y = (value: number): number => Math.round((height / 2) * (1 - value / scale));
  for (let age = 0; age < envelope.columns; age++) {
    const column = envelope.column(age);
    if (column !== null) {
      const top = y(column.high);
      const left = Math.floor(width - (age + 1) * columnWidth);
      context.fillRect(left, top, Math.ceil(columnWidth), Math.max(1, y(column.low) - top));
    }
  }
  return scale;
}
