import type { Lead, StreamDescriptor } from '../../../contracts/devices.ts';
import type { SampleBlock } from '../../../contracts/sampleBlock.ts';

const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const MICROVOLT_PER_COUNT = 0.5;

/** A stream as a 12-channel electrocardiograph would describe it. */
export function benchDescriptor(leadCount: number, rateHz: number): StreamDescriptor {
  const names = Array.from({ length: leadCount }, (_, index) => NAMES[index] ?? `L${index + 1}`);
  const leads: Lead[] = names.map((name, channel) => ({
    name,
    code: `MDC_ECG_LEAD_${name}`,
    derived: false,
    terms: [{ channel, weight: 1 }],
  }));
  return {
    streamId: 1,
    epoch: 0,
    deviceId: 'bench',
    identity: {
      adapterId: 'bench',
      adapterVersion: '1',
      manufacturer: 'Chariot',
      model: 'bench',
      serialNumber: null,
      firmware: null,
    },
    kind: 'ecg',
    name: 'ecg',
    origin: 'live',
    recordedAt: null,
    rateHz,
    channels: names.map((name, code) => ({ code, name, unit: 'uV' })),
    leads,
    calibration: { state: 'none', dueDate: null },
    startedAt: '2026-01-01T00:00:00.000Z',
  };
}

/** Blocks of one repeated beat, the same for every renderer that is compared. */
export class BenchSource {
  readonly #beat: Int32Array;
  readonly #leadCount: number;
  readonly #rateHz: number;
  #sample = 0;
  #seq = 0;

  constructor(leadCount: number, rateHz: number) {
    this.#leadCount = leadCount;
    this.#rateHz = rateHz;
    this.#beat = Int32Array.from({ length: rateHz }, (_, index) => beatAt(index / rateHz));
  }

  /** @param nowMs host clock */
  next(samplesPerChannel: number, nowMs: number): SampleBlock {
    const samples = new Int32Array(this.#leadCount * samplesPerChannel);
    for (let lead = 0; lead < this.#leadCount; lead++) {
      for (let index = 0; index < samplesPerChannel; index++) {
        const at = (this.#sample + index + lead * 40) % this.#beat.length;
        samples[lead * samplesPerChannel + index] = this.#beat[at] ?? 0;
      }
    }
    const block: SampleBlock = {
      streamId: 1,
      epoch: 0,
      seq: this.#seq,
      flags: 0,
      firstSample: this.#sample,
      deviceTimeMs: (this.#sample * 1000) / this.#rateHz,
      hostTimeNs: BigInt(Math.round(nowMs * 1e6)),
      rateHz: this.#rateHz,
      samplesPerChannel,
      channels: Array.from({ length: this.#leadCount }, (_, code) => ({
        code,
        flags: 0,
        unit: 'uV' as const,
        scale: MICROVOLT_PER_COUNT,
      })),
      samples,
    };
    this.#sample += samplesPerChannel;
    this.#seq += 1;
    return block;
  }
}

/** Five Gaussian waves (P, Q, R, S, T) and a little noise, counts. */
function beatAt(seconds: number): number {
  const waves: [at: number, width: number, microvolts: number][] = [
    [0.2, 0.025, 120],
    [0.36, 0.01, -100],
    [0.38, 0.012, 1000],
    [0.405, 0.01, -220],
    [0.6, 0.04, 250],
  ];
  const sum = waves.reduce(
    (total, [at, width, height]) =>
      total + height * Math.exp(-((seconds - at) ** 2) / (2 * width ** 2)),
    10 * Math.sin(seconds * 900),
  );
  return Math.round(sum / MICROVOLT_PER_COUNT);
}
