import type { DrawEntry } from '../features/ecg/drawLog.ts';
import type { EcgSweepView, SweepSummary } from '../features/ecg/sweepView.ts';
import type { CartCallState, PhysicianCallState, ReceiveLogEntry } from '../media/callState.ts';

type Plain<T, K extends keyof T> = Pick<T, K>;

/**
 * Figures for the demonstration's report and for tests: counts, times and states; never a signal,
 * a name or a token. Times are ms, those of the logs of the host's monotonic clock.
 */
export type DiagnosticsSnapshot = {
  readonly page: 'cart' | 'physician';
  /** What the ECG view has drawn; null while none is on screen. */
  readonly ecg: SweepSummary | null;
  readonly clockUncertaintyMs: number | null;
  readonly call:
    | (Plain<
        CartCallState,
        'phase' | 'sentBlocks' | 'droppedBlocks' | 'reconnects' | 'roundTripMs'
      > & {
        readonly fault: string | null;
        readonly peers: number;
      })
    | (Plain<PhysicianCallState, 'phase'> & {
        readonly fault: string | null;
        readonly peers: number;
      });
  /** Cart: the newest report of each physician. */
  readonly reports: readonly object[];
  /** Physician: the books of the copy. Samples are of one channel, duplicates and bytes of blocks. */
  readonly received: {
    readonly samples: number;
    readonly missing: number;
    readonly lost: number;
    readonly late: number;
    readonly duplicates: number;
    readonly backfilled: number;
    readonly bytes: number;
  } | null;
  /** Physician: delays, reconnections and all else that the page knows of the link. */
  readonly link: PhysicianCallState['link'] | null;
  /** Physician: as decoded. Cart: null. */
  readonly video: PhysicianCallState['videoStats'];
  /** Cart: blocks that the host dropped for this window. */
  readonly hostDroppedBlocks: number | null;
  readonly hostConnected: boolean | null;
};

export type ChariotDiagnostics = {
  readonly snapshot: () => DiagnosticsSnapshot;
  /** What was drawn since the last call. */
  readonly drainDrawLog: () => DrawEntry[];
  /** Physician: what arrived since the last call. Cart: nothing. */
  readonly drainReceiveLog: () => ReceiveLogEntry[];
};

declare global {
  interface Window {
    chariotDiagnostics?: ChariotDiagnostics;
  }
}

/** The view on screen, as diagnostics see it; a view that was replaced keeps its undrained log. */
export type ViewSlot = {
  readonly set: (view: EcgSweepView | null) => void;
  readonly summary: () => SweepSummary | null;
  readonly drain: () => DrawEntry[];
};

export function createViewSlot(): ViewSlot {
  let current: EcgSweepView | null = null;
  let left: DrawEntry[] = [];
  return {
    set: (view) => {
      left = [...left, ...(current?.drain() ?? [])];
      current = view;
    },
    summary: () => current?.summary() ?? null,
    drain: () => {
      const entries = [...left, ...(current?.drain() ?? [])];
      left = [];
      return entries;
    },
  };
}
