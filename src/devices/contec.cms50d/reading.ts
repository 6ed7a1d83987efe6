import type { MeasurementFlag } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import { createLiveValues } from '../_sdk/liveValues.ts';
import { createLossEstimate, type LossEstimate } from '../_sdk/lossEstimate.ts';
import { createQualityTeller } from '../_sdk/qualityTeller.ts';
import { createSampleCollector } from '../_sdk/sampleCollector.ts';
import { LIVE, RATE_HZ } from './manifest.ts';

const CAUSES = ['probeOff', 'searching', 'lowPerfusion'] as const;
const PROBE_OFF = 1 << 0;
const SEARCHING = 1 << 1;
const LOW_PERFUSION = 1 << 2;
const DOUBTED: readonly MeasurementFlag[] = ['artifact'];

/** Of a scale that ends at 8 in the devices that were described: a pulse that hardly shows. */
const WEAK_STRENGTH = 2;

const NO_PULSE = 0xff;
const NO_SPO2 = 0x7f;
const NO_PERFUSION = 0xffff;

/** Zero is what the older devices send for want of a value. */
export function pulseOrNone(value: number): number | null {
  return value === 0 || value === NO_PULSE ? null : value;
}

export function spo2OrNone(value: number): number | null {
  return value === 0 || value === NO_SPO2 ? null : value;
}

/** @returns per cent. */
export function perfusionOrNone(hundredths: number): number | null {
  return hundredths === NO_PERFUSION ? null : hundredths / 100;
}

/** One sixtieth of a second as either wire tells it; one object is used over and over. */
export type Reading = {
  pleth: number;
  /** The finger is out, or the probe is broken. */
  off: boolean;
  searching: boolean;
  strength: number;
  pulse: number | null;
  spo2: number | null;
  /** undefined: this wire does not tell it. */
  perfusion: number | null | undefined;
};

export function emptyReading(): Reading {
  return {
    pleth: 0,
    off: false,
    searching: false,
    strength: 0,
    pulse: null,
    spo2: null,
    perfusion: undefined,
  };
}

/** Readings to samples, values and doubts. */
export type Teller = {
  readonly loss: LossEstimate;
  readonly tell: (reading: Reading, readAtNs: bigint) => void;
  readonly emit: () => void;
  readonly reset: () => void;
};

export function createTeller(sink: SampleSink, frameBytes: number): Teller {
  const pleth = createSampleCollector({ stream: LIVE, scales: new Float64Array([1]), sink });
  const values = createLiveValues(sink);
  const quality = createQualityTeller(sink, CAUSES);
  const loss = createLossEstimate({ rateHz: RATE_HZ, frameBytes });

  function doubts({ off, searching, strength }: Reading): number {
    if (off) {
      return PROBE_OFF;
    }
    if (searching) {
      return SEARCHING;
    }
    return strength <= WEAK_STRENGTH ? LOW_PERFUSION : 0;
  }

  return {
    loss,
    tell: (reading, readAtNs) => {
      pleth.lose(loss.believe(readAtNs));
      pleth.values[0] = reading.pleth;
      // Without a finger the wave is no wave.
      pleth.flags[0] = reading.off ? CHANNEL_FLAG.lost : 0;
      pleth.commit(readAtNs);
      quality.tell(doubts(reading));
      const doubt = reading.searching ? DOUBTED : undefined;
      values.tell('spo2', reading.off ? null : reading.spo2, readAtNs, doubt);
      values.tell('pulseRate', reading.off ? null : reading.pulse, readAtNs, doubt);
      if (reading.perfusion !== undefined) {
        values.tell('perfusionIndex', reading.off ? null : reading.perfusion, readAtNs, doubt);
      }
    },
    emit: pleth.emit,
    reset: () => {
      pleth.reset();
      values.reset();
      quality.reset();
      loss.reset();
    },
  };
}
