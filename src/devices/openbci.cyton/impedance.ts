import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { drainUntilQuiet } from '../_sdk/replies.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import type { ChannelSettings } from './channels.ts';
import { CHANNELS, COMMAND, createFrameParser, leadOffCommand, readCounts } from './protocol.ts';
import { RAIL_COUNTS } from './rails.ts';

/*
 * docs.openbci.com, "Cyton Board SDK": the lead-off current is 6 nA at 31.25 Hz, and 2.2 kOhm of the
 * board's own lie in its way: Z = Vrms * sqrt(2) / 6 nA - 2.2 kOhm.
 */
const CURRENT_A = 6e-9;
const SERIES_OHM = 2_200;
/** 250 Hz over 31.25 Hz. */
const PERIOD_SAMPLES = 8;
/** Eight periods: short enough that a QRS spoils few windows of the many. */
const WINDOW_SAMPLES = 64;
const WINDOWS = 11;
/** The amplifier and the skin settle after the current was switched on. */
const SETTLE_SAMPLES = 64;
const NEEDED_SAMPLES = SETTLE_SAMPLES + WINDOWS * WINDOW_SAMPLES;
/** Twice what the samples take, and a start. */
const COLLECT_MS = 8_000;
const STOP_QUIET_MS = 60;
const DRAIN_LIMIT_MS = 1_500;
const OFF_ATTEMPTS = 2;

export type ImpedanceOptions = {
  readonly transport: Transport;
  readonly time: HostTime;
  /** Tells the stopped board a setting and hears its answer. */
  readonly tell: (command: string) => Promise<Result<void>>;
  /** Back to the board's defaults, with all that was set before told again. */
  readonly restore: () => Promise<Result<void>>;
  readonly settings: Pick<ChannelSettings, 'scales' | 'isPowered' | 'custom'>;
  /** Names of the electrodes, by channel. */
  readonly sites: readonly string[];
  readonly sink: Pick<SampleSink, 'onMeasurement'>;
};

/**
 * Measures one electrode after the other, for they share the reference's current. The current is
 * switched off again whatever happens. Takes about half a minute. Fails with DEVICE_NO_ANSWER where
 * no unbroken signal came, or with what the board said.
 */
export async function measureImpedances(options: ImpedanceOptions): Promise<Result<void>> {
  for (let channel = 0; channel < CHANNELS; channel++) {
    if (!isMeasurable(channel, options.settings)) {
      giveImpedance(channel, null, options);
      continue;
    }
    const measured = await measureOne(channel, options);
    const off = await switchOff(channel, options);
    if (!measured.ok) {
      return measured;
    }
    if (!off.ok) {
      return off;
    }
    giveImpedance(channel, measured.value, options);
  }
  return ok(undefined);
}

/** A channel that is off, shorted or on the test signal is not at its electrode. */
function isMeasurable(channel: number, settings: ImpedanceOptions['settings']): boolean {
  const setting = settings.custom().find((one) => one.channel === channel + 1);
  return settings.isPowered(channel) && (setting?.input ?? 'normal') === 'normal';
}

async function switchOff(
  channel: number,
  { tell, restore }: Pick<ImpedanceOptions, 'tell' | 'restore'>,
): Promise<Result<void>> {
  let off = await tell(leadOffCommand(channel, false));
  for (let attempt = 1; !off.ok && attempt < OFF_ATTEMPTS; attempt++) {
    off = await tell(leadOffCommand(channel, false));
  }
  if (!off.ok) {
    // The board's defaults end every current; the fault is told all the same.
    await restore();
  }
  return off;
}

/** @returns ohms; null: the input is at its rail, nothing conducts. */
async function measureOne(
  channel: number,
  { transport, time, tell, settings }: ImpedanceOptions,
): Promise<Result<number | null>> {
  const on = await tell(leadOffCommand(channel, true));
  if (!on.ok) {
    return on;
  }
  const samples = new Int32Array(NEEDED_SAMPLES);
  const heard = collect(transport, time, channel, samples);
  const started = await transport.writable.write(new TextEncoder().encode(COMMAND.start));
  const isWhole = await heard;
  const stopped = await transport.writable.write(new TextEncoder().encode(COMMAND.stop));
  await drainUntilQuiet(transport, time, STOP_QUIET_MS, DRAIN_LIMIT_MS);
  if (!started.ok) {
    return started;
  }
  if (!isWhole) {
    return failed('DEVICE_NO_ANSWER', { to: 'impedance', channel: channel + 1 });
  }
  return stopped.ok ? ok(ohmsOf(samples, settings.scales[channel] ?? 0)) : stopped;
}

/** Fills `samples` with an unbroken run of the channel. @returns false: none came in time. */
async function collect(
  transport: Transport,
  time: HostTime,
  channel: number,
  samples: Int32Array,
): Promise<boolean> {
  const counts = new Int32Array(CHANNELS);
  let filled = 0;
  const parser = createFrameParser(
    (data, at, missing) => {
      filled = missing > 0 ? 0 : filled;
      readCounts(data, at, counts, 0, 1);
      if (filled < samples.length) {
        samples[filled] = counts[channel] ?? 0;
        filled++;
      }
    },
    () => undefined,
  );
  const { content } = await hear(transport, time, COLLECT_MS, (bytes) => {
    parser.push(bytes);
    return filled === samples.length;
  });
  return content;
}

/** @param scale uV per count. @returns ohms; null: at a rail. */
export function ohmsOf(samples: Int32Array, scale: number): number | null {
  const used = samples.subarray(SETTLE_SAMPLES);
  if (used.some((count) => Math.abs(count) > RAIL_COUNTS)) {
    return null;
  }
  const sines: number[] = [];
  const cosines: number[] = [];
  for (let from = 0; from + WINDOW_SAMPLES <= used.length; from += WINDOW_SAMPLES) {
    let sine = 0;
    let cosine = 0;
    for (let index = 0; index < WINDOW_SAMPLES; index++) {
      const phase = (2 * Math.PI * index) / PERIOD_SAMPLES;
      sine += (used[from + index] ?? 0) * Math.sin(phase);
      cosine += (used[from + index] ?? 0) * Math.cos(phase);
    }
    sines.push((2 * sine) / WINDOW_SAMPLES);
    cosines.push((2 * cosine) / WINDOW_SAMPLES);
  }
  // The current keeps its phase from window to window; a heart beat does not: the median drops it.
  const peakVolts = Math.hypot(median(sines), median(cosines)) * scale * 1e-6;
  return Math.max(0, peakVolts / CURRENT_A - SERIES_OHM);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function giveImpedance(channel: number, ohms: number | null, options: ImpedanceOptions): void {
  const site = options.sites[channel];
  options.sink.onMeasurement({
    name: 'electrodeImpedance',
    value: ohms === null ? null : ohms / 1000,
    ...(site === undefined ? {} : { site }),
    quality: ohms === null ? 'invalid' : 'good',
    flags: ohms === null ? ['notAvailable'] : [],
    origin: 'live',
    reading: null,
    deviceTime: null,
    readAtNs: options.time.nowNs(),
  });
}
