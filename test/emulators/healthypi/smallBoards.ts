import { createFrameSender } from '../common/frameSender.ts';
import { assembleInstrument } from '../common/instrument.ts';
import { createOutbox } from '../common/outbox.ts';
import { createTicker } from '../common/ticker.ts';
import type { EmulatedInstrument, FaultPlan } from '../definition.ts';
import { createRandom } from '../random.ts';
import { type Body, clamp, createBody } from './body.ts';
import { V4_LAYOUT, V5_LAYOUT } from './faults.ts';
import { encodeV4, encodeV5, type SmallFrame } from './smallFrames.ts';

type Encode = (index: number, body: Body, faults: FaultPlan) => Uint8Array;

export const V4_RATE_HZ = 125;
export const V5_RATE_HZ = 128;
/**
 * ADS1292R at gain 6 on its 2.42 V reference (the front end's data sheet), eight of 24 bits dropped.
 * The gain is our assumption; the frame does not tell it.
 */
export const V4_COUNTS_PER_UV = (6 * 2 ** 23) / 2.42e6 / 256;
/** MAX30001 at gain 160 on 1 V (its data sheet), 18 bits that are not moved to the left. */
export const V5_COUNTS_PER_UV = (160 * 2 ** 17) / 1e6;
export const V5_RAIL = 2 ** 17 - 1;
const V4_RAIL = 2 ** 15 - 1;
const RESPIRATION_COUNTS = 400;
const BIOZ_COUNTS = 3000;
const LIGHT = { red: 180_000, infrared: 210_000, share: 0.02 } as const;

/** Light that comes through falls where the pulse wave rises. */
function lightCounts(level: number, pleth: number): number {
  return Math.round(level * (1 - LIGHT.share * pleth));
}

function valuesAt(seconds: number, body: Body): Omit<SmallFrame, 'ecg' | 'respiration'> {
  const vitals = body.vitals(seconds);
  const { pleth } = body.at(seconds);
  return {
    red: lightCounts(LIGHT.red, 0.6 * pleth),
    infrared: lightCounts(LIGHT.infrared, pleth),
    temperature: Math.round(vitals.temperatureC * 100),
    respirationRate: Math.round(vitals.respirationBpm),
    spo2: Math.round(vitals.spo2Percent),
    heartRate: Math.round(vitals.heartRateBpm),
  };
}

const encodeV4At: Encode = (index, body, faults) => {
  const seconds = index / V4_RATE_HZ;
  const { leadsUv, respiration } = body.at(seconds);
  const leadOff = Math.floor(faults['lead-off'] ?? 0) & 0x1f;
  const isOn = leadOff === 0 ? 1 : 0;
  const values = valuesAt(seconds, body);
  return encodeV4({
    ...values,
    // The firmware computes rates from signals that it has set to zero.
    heartRate: isOn * values.heartRate,
    respirationRate: isOn * values.respirationRate,
    ecg: isOn * clamp(leadsUv[1] * V4_COUNTS_PER_UV, -V4_RAIL - 1, V4_RAIL),
    respiration: isOn * Math.round(RESPIRATION_COUNTS * respiration),
    leadOff,
  });
};

const encodeV5At: Encode = (index, body, faults) => {
  const seconds = index / V5_RATE_HZ;
  const { leadsUv } = body.at(seconds);
  const isOff = faults['lead-off'] !== undefined;
  const even = index - (index % 2);
  return encodeV5({
    ...valuesAt(seconds, body),
    ecg: isOff ? V5_RAIL : clamp(leadsUv[1] * V5_COUNTS_PER_UV, -V5_RAIL - 1, V5_RAIL),
    respiration: Math.round(BIOZ_COUNTS * body.at(even / V5_RATE_HZ).respiration),
    hasBioz: index % 2 === 0,
  });
};

const BOARDS = {
  v4: { rateHz: V4_RATE_HZ, layout: V4_LAYOUT, encode: encodeV4At },
  v5: { rateHz: V5_RATE_HZ, layout: V5_LAYOUT, encode: encodeV5At },
} as const;

/** The boards with one frame a sample; they stream from power-on and take no command here. */
export function createSmallHealthyPi(options: {
  readonly board: keyof typeof BOARDS;
  readonly faults: FaultPlan;
  readonly seed: number;
}): EmulatedInstrument {
  const { faults, seed } = options;
  const { rateHz, layout, encode } = BOARDS[options.board];
  const body = createBody(faults, seed);
  const outbox = createOutbox();
  const sender = createFrameSender({ outbox, faults, layout, random: createRandom(seed) });
  const ticker = createTicker(1000 / rateHz);
  return assembleInstrument({
    outbox,
    sender,
    produce: (nowMs) => {
      ticker.start(nowMs);
      ticker.takeDue(nowMs, (tick) => {
        sender.send(encode(tick.index, body, faults), { ...tick, frameIndex: tick.index });
      });
    },
    obey: () => undefined,
    nextDueMs: () => (ticker.isRunning() ? ticker.nextMs() : 0),
  });
}
