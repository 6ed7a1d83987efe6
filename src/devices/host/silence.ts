import { type Fault, fault } from '../../contracts/faults.ts';
import type { AdapterManifest } from '../_sdk/adapter.ts';
import type { QualityWatch } from './quality.ts';

/** How often `tick` is to be called. */
export const TICK_MS = 250;

/** Tells a device that fell silent from one that may be silent. */
export type SilenceWatch = {
  /** Its silence counts from here on: not while it is being started, nor while it is stopped. */
  begin(onLost: (reason: Fault) => void): void;
  end(): void;
  /** Something was heard. */
  heard(): void;
  tick(): void;
};

/** Ticks are counted, not time: a stall of this process must not look like a silent device. */
export function createSilenceWatch(
  { quietMs, silentMs }: Pick<AdapterManifest, 'quietMs' | 'silentMs'>,
  quality: Pick<QualityWatch, 'setSilent'>,
): SilenceWatch {
  let quietTicks = 0;
  let lose: ((reason: Fault) => void) | null = null;
  return {
    begin: (onLost) => {
      quietTicks = 0;
      lose = onLost;
    },
    end: () => {
      lose = null;
    },
    heard: () => {
      quietTicks = 0;
      quality.setSilent(false);
    },
    tick: () => {
      if (lose === null || quietMs === null || silentMs === null) {
        return;
      }
      quietTicks++;
      quality.setSilent(quietTicks * TICK_MS > quietMs);
      if (quietTicks * TICK_MS > silentMs) {
        lose(fault('DEVICE_SILENT'));
      }
    },
  };
}
