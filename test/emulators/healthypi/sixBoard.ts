import { createFrameSender } from '../common/frameSender.ts';
import { assembleInstrument } from '../common/instrument.ts';
import { createOutbox } from '../common/outbox.ts';
import { createTicker, type Tick } from '../common/ticker.ts';
import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import { CHANNEL, encodeBlock, encodeEcgSample, encodePpgSample, encodeVitals } from './blocks.ts';
import { type Body, clamp, createBody } from './body.ts';
import { V6_LAYOUT } from './faults.ts';

export const V6_ECG_HZ = 500;
export const V6_PPG_HZ = 250;
/** The board gives microvolts (healthypi6 firmware, docs/HP6_DATA_FORMAT.md). */
export const V6_COUNTS_PER_UV = 1;
export const V6_RAIL = 2 ** 23 - 1;
/** PPG comes in blocks of 16 (the source says so), ECG of the same time in blocks of 32. */
export const BLOCK_MS = 64;
const ECG_PER_BLOCK = (BLOCK_MS * V6_ECG_HZ) / 1000;
const PPG_PER_BLOCK = (BLOCK_MS * V6_PPG_HZ) / 1000;
const RESPIRATION_COUNTS = 5000;
const LIGHT = { red: 400_000, infrared: 450_000, share: 0.02 } as const;
const VARIABILITY = { sdnnMs: 42, rmssdMs: 31 } as const;

function ecgSamples(first: number, body: Body, leadOff: number): Uint8Array[] {
  const scale = (uv: number): number => clamp(uv * V6_COUNTS_PER_UV, -V6_RAIL - 1, V6_RAIL);
  return Array.from({ length: ECG_PER_BLOCK }, (_, n) => {
    const { leadsUv, respiration } = body.at((first + n) / V6_ECG_HZ);
    const [i, ii, v1] = leadsUv;
    const breath = Math.round(RESPIRATION_COUNTS * respiration);
    if (leadOff !== 0) return encodeEcgSample(breath, [V6_RAIL, V6_RAIL, V6_RAIL], leadOff);
    return encodeEcgSample(breath, [scale(i), scale(ii), scale(v1)], 0);
  });
}

function ppgSamples(first: number, body: Body): Uint8Array[] {
  return Array.from({ length: PPG_PER_BLOCK }, (_, n) => {
    const { pleth } = body.at((first + n) / V6_PPG_HZ);
    const red = Math.round(LIGHT.red * (1 - 0.6 * LIGHT.share * pleth));
    return encodePpgSample(red, Math.round(LIGHT.infrared * (1 - LIGHT.share * pleth)), 0);
  });
}

function vitalsSample(seconds: number, body: Body): Uint8Array {
  const vitals = body.vitals(seconds);
  return encodeVitals({
    heartRate: Math.round(vitals.heartRateBpm),
    spo2Percent: vitals.spo2Percent,
    respirationRate: Math.round(vitals.respirationBpm),
    temperatureC: vitals.temperatureC,
    ...VARIABILITY,
  });
}

/** The data port of a HealthyPi 6: blocks of three channels with one sequence number. */
export function createHealthyPiSix(options: {
  readonly faults: FaultPlan;
  readonly seed: number;
}): EmulatedInstrument {
  const { faults, seed } = options;
  const body = createBody(faults, seed);
  const outbox = createOutbox();
  const random = createRandom(seed);
  const sender = createFrameSender({ outbox, faults, layout: V6_LAYOUT, random });
  const ticker = createTicker(BLOCK_MS);
  const leadOff = Math.floor(faults['lead-off'] ?? 0) & 0xff;
  let sequence = 0;
  const send = (channel: number, samples: readonly Uint8Array[], tick: Tick): void => {
    const header = { sequence, ms: tick.sinceStartMs, channel };
    sender.send(encodeBlock(header, samples), { ...tick, frameIndex: sequence });
    sequence += 1;
  };
  const sendBlocks = (tick: Tick): void => {
    const fromMs = tick.index * BLOCK_MS;
    send(CHANNEL.ecg, ecgSamples(tick.index * ECG_PER_BLOCK, body, leadOff), tick);
    send(CHANNEL.ppg, ppgSamples(tick.index * PPG_PER_BLOCK, body), tick);
    const second = Math.ceil(fromMs / 1000);
    if (second * 1000 < fromMs + BLOCK_MS) {
      send(CHANNEL.vitals, [vitalsSample(second, body)], tick);
    }
  };
  return assembleInstrument({
    outbox,
    sender,
    produce: (nowMs) => {
      ticker.start(nowMs);
      ticker.takeDue(nowMs, sendBlocks);
    },
    obey: () => undefined,
    nextDueMs: () => (ticker.isRunning() ? ticker.nextMs() : 0),
  });
}
