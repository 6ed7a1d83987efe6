import { type RefObject, useEffect, useRef, useState } from 'react';
import type { StreamDescriptor } from '../../../contracts/devices.ts';
import type { EcgFeed } from './feed.ts';
import { EcgSweepView, type SweepOptions } from './sweepView.ts';

/** What the panel says in words about the trace; changes at most four times a second. */
export type SweepNotice = {
  readonly leadsOff: readonly string[];
  readonly testSignal: boolean;
  /** Whole seconds since the signal stopped; null while it flows or has never begun. */
  readonly interruptedSeconds: number | null;
  readonly began: boolean;
};

const NOTICE_MS = 250;
const INTERRUPTED_MS = 700;
const QUIET: SweepNotice = {
  leadsOff: [],
  testSignal: false,
  interruptedSeconds: null,
  began: false,
};

/** Owns the view for a canvas that fills `frame`. @param onView tells which view is on screen. */
export function useSweepView(
  frame: RefObject<HTMLDivElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  feed: EcgFeed,
  descriptor: StreamDescriptor | null,
  options: SweepOptions,
  onView: (view: EcgSweepView | null) => void,
): SweepNotice {
  const view = useRef<EcgSweepView | null>(null);
  const latest = useRef({ descriptor, options });
  const [notice, setNotice] = useState(QUIET);

  useEffect(() => {
    latest.current = { descriptor, options };
  }, [descriptor, options]);
  useEffect(() => {
    if (frame.current === null || canvas.current === null) {
      return undefined;
    }
    const created = new EcgSweepView(canvas.current, latest.current.options, {
      createCanvas: () => document.createElement('canvas'),
      now: () => performance.now(),
      hostTimeOf: feed.hostTimeOf,
      onFirstDraw: feed.onFirstDraw,
    });
    created.setStream(latest.current.descriptor);
    view.current = created;
    onView(created);
    const stopSizing = followSize(frame.current, canvas.current, created);
    const stopFeeding = feedView(created, feed, latest, setNotice);
    return () => {
      stopFeeding();
      stopSizing();
      onView(null);
      view.current = null;
    };
  }, [frame, canvas, feed, onView]);

  useEffect(() => {
    view.current?.setOptions(options);
  }, [options]);
  useEffect(() => {
    if (descriptor !== null) {
      view.current?.setStream(descriptor);
    }
  }, [descriptor]);
  return notice;
}

function followSize(
  frame: HTMLDivElement,
  canvas: HTMLCanvasElement,
  view: EcgSweepView,
): () => void {
  const fit = (): void => {
    const { width, height } = frame.getBoundingClientRect();
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    view.resize(width, height, window.devicePixelRatio);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(frame);
  return () => {
    observer.disconnect();
  };
}

function feedView(
  view: EcgSweepView,
  feed: EcgFeed,
  latest: RefObject<{ descriptor: StreamDescriptor | null }>,
  tell: (notice: SweepNotice) => void,
): () => void {
  let described = latest.current.descriptor;
  let lastBlockAt: number | null = null;
  const unsubscribe = feed.onBlock((block, descriptor) => {
    if (descriptor !== null && descriptor !== described) {
      described = descriptor;
      view.setStream(descriptor);
    }
    lastBlockAt = performance.now();
    view.push(block);
  });
  let frameNumber = requestAnimationFrame(function draw() {
    view.drawFrame();
    frameNumber = requestAnimationFrame(draw);
  });
  let told = '';
  const timer = window.setInterval(() => {
    const quietMs = lastBlockAt === null ? 0 : performance.now() - lastBlockAt;
    const { leadsOff, testSignal } = view.summary();
    const notice = {
      leadsOff,
      testSignal,
      interruptedSeconds: quietMs > INTERRUPTED_MS ? Math.round(quietMs / 1000) : null,
      began: lastBlockAt !== null,
    };
    const next = JSON.stringify(notice);
    if (next !== told) {
      told = next;
      tell(notice);
    }
  }, NOTICE_MS);
  return () => {
    unsubscribe();
    cancelAnimationFrame(frameNumber);
    window.clearInterval(timer);
  };
}
