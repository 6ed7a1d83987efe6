import { MEASURED_LEADS, type MeasuredLead } from '../ecg/leads.ts';
import { gaussianAt } from '../random.ts';
import type { Electrode } from './faults.ts';
import { CHANNEL_COUNT, COUNT_MAX, COUNT_MIN } from './frame.ts';

/** ADS1299 settings of a channel as the `x`, `z` and on/off commands leave them. */
export type ChannelSettings = {
  powerDown: boolean;
  /** Code 0..6 for gains 1, 2, 4, 6, 8, 12, 24. */
  gainCode: number;
  /** 0 normal, 1 shorted, 2 bias, 3 supply, 4 temperature, 5 test signal, 6 and 7 bias drive. */
  input: number;
  bias: boolean;
  srb2: boolean;
  srb1: boolean;
  leadOffP: boolean;
  leadOffN: boolean;
};

export type TestSignal = { readonly amplitude: 1 | 2; readonly kind: 'slow' | 'fast' | 'dc' };

export const GAINS = [1, 2, 4, 6, 8, 12, 24] as const;
const VREF_UV = 4_500_000;
/** ADS1299 data sheet, CONFIG2: the 1x test signal is VREF/2400 either side of zero. */
const TEST_AMPLITUDE_UV = VREF_UV / 2400;
/** Periods in samples at 250 Hz of fCLK/2^21 and fCLK/2^20, fCLK = 2.048 MHz. */
const TEST_PERIOD = { slow: 256, fast: 128 } as const;
const LEAD_OFF_AMPS = 6e-9;
/** 31.25 Hz is the data rate over eight. */
const LEAD_OFF_PERIOD = 8;
const SERIES_OHMS = 2200;
const SHORTED_NOISE_UV = 0.2;
/** ADS1299 data sheet: 145.3 mV at 25 degrees, 490 uV a degree; the board is at 30 degrees. */
const TEMPERATURE_UV = 145_300 + 5 * 490;
/** Supply measurement on channels 3 and 4 is DVDD/4 (3.3 V); zero on the others (+-2.5 V). */
const DVDD_QUARTER_UV = 825_000;

export function defaultChannel(): ChannelSettings {
  return {
    powerDown: false,
    gainCode: 6,
    input: 0,
    bias: true,
    srb2: true,
    srb1: false,
    leadOffP: false,
    leadOffN: false,
  };
}

/** Counts for a voltage: uV / (4.5e6 / (2^23 - 1) / gain), rounded and clamped to the rails. */
export function toCounts(microvolts: number, gain: number): number {
  const counts = Math.round(microvolts / (VREF_UV / COUNT_MAX / gain));
  return Math.min(COUNT_MAX, Math.max(COUNT_MIN, counts));
}

export type FrontEndOptions = {
  readonly seed: number;
  /** Electrode impedance by lead, ohms. */
  readonly impedanceOhms: Readonly<Record<MeasuredLead, number>>;
  readonly electrodeOff: Electrode | undefined;
};

export type Instant = {
  /** The eight leads, microvolts. */
  readonly leads: Float64Array;
  /** Counts conversions since power-on: the phase of test and lead-off signals. */
  readonly conversion: number;
};

/**
 * Voltage at the electrodes: everything is measured against RA, so channel 1 is LA-RA = I,
 * channel 2 is LL-RA = II, and channel 3..8 is Cx-RA = Vx + (I+II)/3, because Wilson's terminal is
 * (I+II)/3 above RA.
 */
function electrodeUv(channel: number, leads: Float64Array): number {
  const [leadI = 0, leadII = 0] = leads;
  return (leads[channel] ?? 0) + (channel < 2 ? 0 : (leadI + leadII) / 3);
}

function isOff(channel: number, electrode: Electrode | undefined): boolean {
  if (electrode === undefined) return false;
  if (electrode === 'RA') return true;
  if (electrode === 'LA') return channel === 0;
  return electrode === 'LL' ? channel === 1 : MEASURED_LEADS[channel] === electrode;
}

function testUv(test: TestSignal, conversion: number): number {
  const amplitude = test.amplitude * TEST_AMPLITUDE_UV;
  if (test.kind === 'dc') return amplitude;
  const period = TEST_PERIOD[test.kind];
  return conversion % period < period / 2 ? amplitude : -amplitude;
}

/** The analogue front end: writes counts of the eight channels for one instant. */
export function createFrontEnd(options: FrontEndOptions) {
  const { impedanceOhms, electrodeOff, seed } = options;
  const normalUv = (channel: number, set: ChannelSettings, { leads, conversion }: Instant) => {
    const hasReference = set.srb2 || set.srb1;
    if (!hasReference || isOff(channel, electrodeOff)) return Number.POSITIVE_INFINITY;
    const uv = electrodeUv(channel, leads);
    if (!set.leadOffP && !set.leadOffN) return uv;
    const ohms = impedanceOhms[MEASURED_LEADS[channel] ?? 'I'] + SERIES_OHMS;
    const phase = (2 * Math.PI * (conversion % LEAD_OFF_PERIOD)) / LEAD_OFF_PERIOD;
    return uv + LEAD_OFF_AMPS * ohms * 1e6 * Math.sin(phase);
  };
  const inputUv = (channel: number, set: ChannelSettings, test: TestSignal, now: Instant) => {
    const floor = SHORTED_NOISE_UV * gaussianAt(seed, 50 + channel, now.conversion);
    if (set.input === 0) return normalUv(channel, set, now);
    if (set.input === 5) return testUv(test, now.conversion) + floor;
    if (set.input === 4) return TEMPERATURE_UV + floor;
    if (set.input === 3) return (channel === 2 || channel === 3 ? DVDD_QUARTER_UV : 0) + floor;
    return floor;
  };
  return (
    channels: readonly ChannelSettings[],
    test: TestSignal,
    now: Instant,
    out: Int32Array,
  ): void => {
    for (let channel = 0; channel < CHANNEL_COUNT; channel += 1) {
      const set = channels[channel];
      if (set === undefined || set.powerDown) out[channel] = 0;
      else out[channel] = toCounts(inputUv(channel, set, test, now), GAINS[set.gainCode] ?? 24);
    }
  };
}
