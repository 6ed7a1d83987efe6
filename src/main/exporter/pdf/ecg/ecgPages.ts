import type { CaptureRecord } from '../../../../contracts/captures.ts';
import { LABELS } from '../../labels.ts';
import type { Signal } from '../../sources.ts';
import { sourceOf } from '../captureList.ts';
import { COLOUR, MARGIN, MM, type Paper, put } from '../paper.ts';
import type { Tongue } from '../values.ts';
import { type Box, drawCalibration, drawControlBar, drawGrid } from './grid.ts';
import { columnsOf, type EcgPage, PAGE_SECONDS, pagesOf } from './layout.ts';
import { drawStrip } from './strip.ts';
import { drawTraces } from './traceLayer.ts';

/** 10 mm for the calibration pulse, 250 mm for ten seconds. */
const PAPER_WIDTH = 260 * MM;
const PAPER_HEIGHT = 140 * MM;
const PAPER_TOP = 38 * MM;
const TRACE_AT = 10 * MM;

type Tracing = { readonly capture: CaptureRecord; readonly signal: Signal };

/** An ECG on pages of its own, in landscape and at true scale: 25 mm/s, 10 mm/mV. */
export function drawEcg(doc: Paper, tracing: Tracing, tongue: Tongue): void {
  for (const page of pagesOf(tracing.signal)) {
    doc.addPage({ size: 'A4', layout: 'landscape', margins: doc.page.margins });
    drawHead(doc, tracing, tongue);
    drawPage(doc, page, tracing.signal, tongue);
    drawFoot(doc, tracing.signal, tongue);
  }
}

function drawHead(doc: Paper, { capture, signal }: Tracing, tongue: Tongue): void {
  const { words, dates } = tongue;
  const width = doc.page.width - 2 * MARGIN.side;
  const right = 86 * MM;
  const x = MARGIN.side;
  const title = `${words.tracing}, ${dates.dateTime(signal.startedAt)}`;
  const left = width - right - 4 * MM;
  put(doc, title, { x, y: 18 * MM, width: left }, { bold: true, size: 13 });
  put(doc, facts(capture, signal, tongue), { x, y: 25 * MM, width: left }, { size: 8 });
  const at = x + width - right;
  const style = { bold: true, size: 11, colour: COLOUR.doubt, align: 'right' } as const;
  put(doc, words.notValidated, { x: at, y: 18 * MM, width: right }, style);
  const note = { size: 8, colour: COLOUR.muted, align: 'right' } as const;
  put(doc, words.notValidatedNote, { x: at, y: 24 * MM, width: right }, note);
}

function facts(capture: CaptureRecord, signal: Signal, tongue: Tongue): string {
  const { words, locale } = tongue;
  const { calibration } = capture.provenance;
  const gaps = signal.gaps.reduce((sum, { samples }) => sum + samples, 0);
  const seconds = (value: number): string =>
    String(Math.round(value * 10) / 10).replace('.', words.decimal);
  const length = signal.samplesPerLead / signal.rateHz;
  return [
    sourceOf(capture, tongue).replace('\n', ', '),
    LABELS[locale].calibration[calibration?.state ?? 'none'],
    `${seconds(signal.rateHz)} Hz`,
    length > PAGE_SECONDS
      ? words.firstSeconds(seconds(PAGE_SECONDS), seconds(length))
      : `${seconds(length)} s`,
    gaps === 0 ? words.nothingLost : words.lost(gaps, signal.gaps.length),
  ].join(' ; ');
}

function drawPage(doc: Paper, page: EcgPage, signal: Signal, { words }: Tongue): void {
  const x = (doc.page.width - PAPER_WIDTH) / 2;
  const paper: Box = { x, y: PAPER_TOP, width: PAPER_WIDTH, height: PAPER_HEIGHT };
  const rowHeight = PAPER_HEIGHT / Math.max(4, page.length);
  drawGrid(doc, paper);
  const paths = page.flatMap((row, index) => {
    // On a line of the paper, so that it can be measured from.
    const baseline = PAPER_TOP + Math.round(((index + 0.5) * rowHeight) / (5 * MM)) * 5 * MM;
    if (row.every(({ lead }) => lead.unit === 'uV')) {
      drawCalibration(doc, x, baseline);
    }
    const place = { x: x + TRACE_AT, baseline, rowHeight, rateHz: signal.rateHz, gap: words.gap };
    return row.map((strip) => drawStrip(doc, strip, place));
  });
  drawTraces(doc, paper, paths);
}

function drawFoot(doc: Paper, signal: Signal, { words }: Tongue): void {
  const { leads } = signal;
  const x = (doc.page.width - PAPER_WIDTH) / 2;
  const y = PAPER_TOP + PAPER_HEIGHT + 2.5 * MM;
  const scale = leads.every(({ unit }) => unit === 'uV') ? words.scale : words.relativeScale;
  put(doc, scale, { x, y, width: 90 * MM }, { bold: true, size: 9 });
  const columns = columnsOf(signal);
  const notes = [
    words.noFilter,
    ...(columns === null ? [] : [words.columns[columns]]),
    ...(leads.some(({ derived }) => derived) ? [words.derived] : []),
  ];
  const note = { size: 8, colour: COLOUR.muted } as const;
  put(doc, notes.join(' ; '), { x, y: y + 4.6 * MM, width: 180 * MM }, note);
  drawControlBar(doc, x + PAPER_WIDTH - 50 * MM, y + 2 * MM, words.controlBar);
}
