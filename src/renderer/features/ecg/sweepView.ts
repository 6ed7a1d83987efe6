import type { StreamDescriptor } from '../../../contracts/devices.ts';
import type { SampleBlock } from '../../../contracts/sampleBlock.ts';
import { BLOCK_FLAG } from '../../../contracts/sampleBlock.ts';
import { LatencyHistogram, type Percentiles } from '../../media/latency.ts';
import { type DrawEntry, DrawLog } from './drawLog.ts';
import { isCalibrated, sameLeads } from './ecgStream.ts';
import { type SweepLayout, sweepLayout, UNCALIBRATED_PIXELS_PER_MM } from './geometry.ts';
import { LeadReader, type LeadSegment } from './leadReader.ts';
import { EcgPaper, type EcgTexts, gapPattern } from './paper.ts';
import { RelativeScale } from './relativeScale.ts';
import { SweepHistory, spanOf } from './sweepHistory.ts';
import { SweepPainter } from './sweepPainter.ts';

export type SweepOptions = {
  /** CSS pixels per millimetre; null: never measured, a screen of 96 dpi is assumed. */
  readonly pixelsPerMm: number | null;
  readonly sweepMmPerSecond: number;
  readonly gainMmPerMv: number;
  readonly filtered: boolean;
  readonly texts: EcgTexts;
};

export type SweepPorts = {
  readonly createCanvas: () => HTMLCanvasElement;
  /** Milliseconds of the page's performance clock. */
  readonly now: () => number;
  /** The host's monotonic clock at a time of the page's; null while unknown. */
  readonly hostTimeOf: (pageMs: number) => number | null;
  /** Called once, after the first samples were drawn. */
  readonly onFirstDraw: () => void;
};

export type SweepSummary = {
  /** Sample instants that are on the screen or have been. */
  readonly drawnSamples: number;
  /** Arrived, but never drawn: the window was hidden or had no size. */
  readonly undrawnSamples: number;
  readonly gaps: number;
  readonly missingSamples: number;
  readonly leadsOff: readonly string[];
  readonly testSignal: boolean;
  readonly windowSeconds: number | null;
  readonly latencyMs: Percentiles;
};

const RELABEL_MS = 500;
/** A lead alone on the page is not drawn as high as the page. */
const RELATIVE_ROW_MM = 60;
/** A page is laid out within so long of its start; what arrives meanwhile is drawn then. */
const UNSIZED_SECONDS = 2;

type Size = { readonly width: number; readonly height: number; readonly pixelRatio: number };

/**
 * The live ECG. Blocks go in by `push`, `drawFrame` brings what has arrived to the screen; nothing
 * passes through React. Whoever owns it calls `drawFrame` once per animation frame.
 */
export class EcgSweepView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #ports: SweepPorts;
  readonly #log = new DrawLog();
  readonly #latency = new LatencyHistogram();
  #options: SweepOptions;
  #size: Size = { width: 0, height: 0, pixelRatio: 1 };
  #descriptor: StreamDescriptor | null = null;
  #reader: LeadReader | null = null;
  #layout: SweepLayout | null = null;
  #painter: SweepPainter | null = null;
  #pending: LeadSegment[] = [];
  #pendingSamples = 0;
  #off = new Uint8Array(0);
  /** null where a count is microvolts. */
  #relative: RelativeScale | null = null;
  #counts = { drawnSamples: 0, undrawnSamples: 0, gaps: 0, missingSamples: 0 };
  #testSignal = false;
  /** Samples were left out undrawn: what the sweep shows is no longer what lies before them. */
  #overtaken = false;
  /** What the paper's labels say, and since when. */
  #labelled = { off: new Uint8Array(0), atMs: 0 };
  readonly #history = new SweepHistory();

  constructor(canvas: HTMLCanvasElement, options: SweepOptions, ports: SweepPorts) {
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) {
      throw new Error('a 2D canvas is required');
    }
    this.#canvas = canvas;
    this.#context = context;
    this.#options = options;
    this.#ports = ports;
  }

  setOptions(options: SweepOptions): void {
    const refiltered = options.filtered !== this.#options.filtered;
    this.#options = options;
    if (refiltered) {
      this.#newReader();
    }
    this.#rebuild();
  }

  /** @param width CSS pixels */
  resize(width: number, height: number, pixelRatio: number): void {
    this.#size = { width, height, pixelRatio };
    this.#rebuild();
  }

  /** A new epoch of the same stream goes on in the same sweep, behind a gap. */
  setStream(descriptor: StreamDescriptor | null): void {
    const same = descriptor !== null && sameLeads(this.#descriptor, descriptor);
    this.#descriptor = descriptor;
    if (!same) {
      this.#newReader();
      this.#off = new Uint8Array(descriptor?.leads.length ?? 0);
      this.#rebuild();
    }
  }

  push(block: SampleBlock): void {
    if (block.streamId !== this.#descriptor?.streamId || (block.flags & BLOCK_FLAG.late) !== 0) {
      return;
    }
    const segment = this.#reader?.read(block) ?? null;
    if (segment === null) {
      return;
    }
    this.#testSignal = (block.flags & BLOCK_FLAG.testSignal) !== 0;
    if (segment.missingBefore > 0) {
      this.#counts.gaps += 1;
      this.#counts.missingSamples += segment.missingBefore;
    }
    this.#pending.push(segment);
    this.#pendingSamples += segment.count;
    this.#boundPending();
  }

  /** Draws all that arrived since the last frame; cheap when that is nothing. */
  drawFrame(): void {
    const painter = this.#painter;
    const segments = this.#pending;
    if (painter === null || segments.length === 0) {
      return;
    }
    this.#pending = [];
    this.#pendingSamples = 0;
    this.#history.add(segments, painter.capacitySamples);
    this.#off = segments.at(-1)?.off ?? this.#off;
    if (this.#overtaken || this.#rescaled(segments) || this.#labelsDue()) {
      this.#overtaken = false;
      this.#rebuild(spanOf(segments));
    } else {
      painter.paint(segments);
    }
    this.#account(segments);
  }

  #rescaled(segments: readonly LeadSegment[]): boolean {
    const relative = this.#relative;
    return relative !== null && segments.filter((one) => relative.observe(one)).length > 0;
  }

  #account(segments: readonly LeadSegment[]): void {
    if (this.#counts.drawnSamples === 0) {
      this.#ports.onFirstDraw();
    }
    const drawnAtMs = this.#ports.now();
    const hostNow = this.#ports.hostTimeOf(drawnAtMs);
    for (const { epoch, firstSample, count, hostTimeMs } of segments) {
      this.#counts.drawnSamples += count;
      this.#log.add({ epoch, firstSample, count, hostTimeMs, drawnAtMs });
      if (hostNow !== null) {
        this.#latency.add(hostNow - hostTimeMs);
      }
    }
  }

  summary(): SweepSummary {
    const leads = this.#descriptor?.leads ?? [];
    return {
      ...this.#counts,
      leadsOff: leads.filter((_, index) => this.#off[index] === 1).map(({ name }) => name),
      testSignal: this.#testSignal,
      windowSeconds: this.#layout?.windowSeconds ?? null,
      latencyMs: this.#latency.percentiles(),
    };
  }

  /** @returns what was drawn since the last call; nothing yet while the host's clock is unknown. */
  drain(): DrawEntry[] {
    const { now, hostTimeOf } = this.#ports;
    const known = hostTimeOf(now()) !== null;
    return known ? this.#log.drain((pageMs) => hostTimeOf(pageMs) ?? pageMs) : [];
  }

  #newReader(): void {
    const descriptor = this.#descriptor;
    this.#dropPending();
    this.#history.clear();
    this.#reader =
      descriptor === null
        ? null
        : new LeadReader(descriptor.leads, descriptor.rateHz, this.#options.filtered);
    this.#relative =
      descriptor === null || isCalibrated(descriptor) ? null : new RelativeScale(descriptor.rateHz);
  }

  /** A window that is not drawn (hidden, minimised) must not gather memory: it begins anew later. */
  #boundPending(): void {
    const seconds = UNSIZED_SECONDS * (this.#descriptor?.rateHz ?? 0);
    const limit = this.#painter?.capacitySamples ?? seconds;
    while (this.#pendingSamples > limit) {
      const oldest = this.#pending.shift();
      if (oldest === undefined) {
        return;
      }
      this.#pendingSamples -= oldest.count;
      this.#counts.undrawnSamples += oldest.count;
      this.#history.clear();
      this.#overtaken = true;
    }
  }

  #dropPending(): void {
    this.#counts.undrawnSamples += this.#pendingSamples;
    this.#pending = [];
    this.#pendingSamples = 0;
  }

  /**
   * Paper and all that the sweep shows, anew: in another size, scale or language.
   * @param newSpan samples of the history that were not painted before
   */
  #rebuild(newSpan = 0): void {
    const { width, height, pixelRatio } = this.#size;
    const leads = this.#descriptor?.leads ?? [];
    const scale = {
      pixelsPerMm: (this.#options.pixelsPerMm ?? UNCALIBRATED_PIXELS_PER_MM) * pixelRatio,
      sweepMmPerSecond: this.#options.sweepMmPerSecond,
      gainMmPerMv: this.#options.gainMmPerMv,
    };
    const wide = Math.floor(width * pixelRatio);
    const high = Math.floor(height * pixelRatio);
    const before = this.#painter;
    this.#painter = null;
    if (wide < 1 || high < 1) {
      return;
    }
    this.#canvas.width = wide;
    this.#canvas.height = high;
    const names = leads.map(({ name }) => name);
    this.#layout = sweepLayout(wide, high, names, scale);
    const create = this.#ports.createCanvas;
    const calibrated = this.#relative === null;
    const paper = new EcgPaper(
      create(),
      this.#layout,
      scale,
      pixelRatio,
      this.#options.texts,
      calibrated,
    );
    paper.draw(this.#labels());
    this.#labelled = { off: this.#off, atMs: this.#ports.now() };
    const painter = new SweepPainter(
      this.#context,
      paper.image,
      gapPattern(create, pixelRatio),
      this.#layout,
      scale,
      this.#descriptor?.rateHz ?? 250,
      pixelRatio,
      this.#relative?.pixelsPerCount(
        Math.min(this.#layout.boxes[0]?.height ?? high, RELATIVE_ROW_MM * scale.pixelsPerMm),
      ),
    );
    this.#history.trim(painter.capacitySamples);
    painter.startAt((before?.position ?? 0) + newSpan - this.#history.span);
    painter.paint(this.#history.segments);
    this.#painter = painter;
  }

  #labels(): { name: string; derived: boolean; off: boolean }[] {
    return (this.#descriptor?.leads ?? []).map(({ name, derived }, index) => ({
      name,
      derived,
      off: this.#off[index] === 1,
    }));
  }

  /** An electrode that comes and goes many times a second must not cost a new paper each time. */
  #labelsDue(): boolean {
    const { off, atMs } = this.#labelled;
    const same = this.#off.every((value, index) => value === off[index]);
    return !same && this.#ports.now() - atMs >= RELABEL_MS;
  }
}
