import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createLiveValues, type LiveValues } from '../_sdk/liveValues.ts';
import { createLossEstimate } from '../_sdk/lossEstimate.ts';
import { createQualityTeller } from '../_sdk/qualityTeller.ts';
import { createSampleCollector, type SampleCollector } from '../_sdk/sampleCollector.ts';
import { readI16, readI32, readU16 } from './dblk.ts';
import { createFrameParser, frameBytesOf, V4_PAYLOAD_BYTES, V5_PAYLOAD_BYTES } from './openView.ts';

const ECG = 0;
const RESPIRATION = 1;
const PLETH = 2;
const RED = 0;
const INFRARED = 1;

export type OpenViewOptions = {
  readonly sink: SampleSink;
  /** uV per count of the ECG from a calibration; null: nobody measured it. */
  readonly ecgScale: number | null;
};

type Streams = {
  readonly ecg: SampleCollector;
  /** v4: respiration. v5: bioimpedance. */
  readonly chest: SampleCollector;
  readonly pleth: SampleCollector;
  readonly values: LiveValues;
};

type Layout = {
  readonly payloadBytes: number;
  readonly rateHz: number;
  /** Whether every second frame only has a sample of the chest, and if so whether this one has. */
  readonly hasChest: ((data: Uint8Array, at: number) => boolean) | null;
  readonly read: (streams: Streams, data: Uint8Array, at: number, readAtNs: bigint) => void;
};

/**
 * A payload of v4: 0 ECG i16, 2 respiration i16, 4 IR i32, 8 red i32, 12 temperature u16 / 100,
 * 14 respiration rate, 15 SpO2, 16 heart rate, 17 and 18 constants, 19 lead-off.
 */
export function createV4Decoder(options: OpenViewOptions): StreamDecoder {
  const { sink } = options;
  let off: boolean | null = null;

  const read: Layout['read'] = ({ ecg, chest, pleth, values }, data, at, readAtNs) => {
    const isOff = ((data[at + 19] ?? 0) & 0x1f) !== 0;
    if (isOff !== (off ?? false)) {
      sink.onEvent({ code: isOff ? 'leadOff' : 'leadOn', lead: 'ECG' });
    }
    off = isOff;
    // The firmware sends zeros for what an electrode that is off cannot measure.
    ecg.flags[0] = isOff ? CHANNEL_FLAG.leadOff : 0;
    chest.flags[0] = isOff ? CHANNEL_FLAG.lost : 0;
    ecg.values[0] = readI16(data, at);
    chest.values[0] = readI16(data, at + 2);
    pleth.values[INFRARED] = readI32(data, at + 4);
    pleth.values[RED] = readI32(data, at + 8);
    ecg.commit(readAtNs);
    chest.commit(readAtNs);
    pleth.commit(readAtNs);
    // Bytes 17 and 18 are always 80 and 120, measured by nobody: they never leave this function.
    // Heart and respiration rates come from the electrodes: off, there is none.
    const [heart, breaths] = isOff ? [0, 0] : [data[at + 16] ?? 0, data[at + 14] ?? 0];
    tellRates(values, heart, breaths, data[at + 15] ?? 0, readAtNs);
    values.tell('skinTemperature', hundredths(readU16(data, at + 12)), readAtNs);
  };
  const layout = { payloadBytes: V4_PAYLOAD_BYTES, rateHz: 125, hasChest: null, read };
  return createDecoder(layout, options, () => {
    off = null;
  });
}

/** Where the algorithm has no SpO2 it says -999; the frame has room for the low byte of that. */
const V5_NO_SPO2 = -999 & 0xff;

/**
 * A payload of v5: 0 ECG i32, 4 bioimpedance i32, 8 whether that is a new one (00) or not (FF),
 * 9 red i32, 13 IR i32, 17 temperature i16 / 100, 19 SpO2, 20 heart rate, 21 respiration rate.
 */
export function createV5Decoder(options: OpenViewOptions): StreamDecoder {
  const hasChest = (data: Uint8Array, at: number): boolean => data[at + 8] === 0;
  const read: Layout['read'] = ({ ecg, chest, pleth, values }, data, at, readAtNs) => {
    ecg.values[0] = readI32(data, at);
    ecg.commit(readAtNs);
    if (hasChest(data, at)) {
      chest.values[0] = readI32(data, at + 4);
      chest.commit(readAtNs);
    }
    pleth.values[RED] = readI32(data, at + 9);
    pleth.values[INFRARED] = readI32(data, at + 13);
    pleth.commit(readAtNs);
    const spo2 = data[at + 19] ?? 0;
    const shown = spo2 === V5_NO_SPO2 ? 0 : spo2;
    tellRates(values, data[at + 20] ?? 0, data[at + 21] ?? 0, shown, readAtNs);
    values.tell('skinTemperature', hundredths(readI16(data, at + 17)), readAtNs);
  };
  const layout = { payloadBytes: V5_PAYLOAD_BYTES, rateHz: 128, hasChest, read };
  return createDecoder(layout, options, () => undefined);
}

function tellRates(
  values: LiveValues,
  heart: number,
  respiration: number,
  spo2: number,
  readAtNs: bigint,
): void {
  values.tell('heartRate', orNone(heart), readAtNs);
  values.tell('respirationRate', orNone(respiration), readAtNs);
  values.tell('spo2', orNone(spo2), readAtNs);
}

/** Zero is what the boards send before they know. */
function orNone(value: number): number | null {
  return value === 0 ? null : value;
}

function hundredths(value: number): number | null {
  return value === 0 ? null : value / 100;
}

function createDecoder(
  layout: Layout,
  { sink, ecgScale }: OpenViewOptions,
  onReset: () => void,
): StreamDecoder {
  const { rateHz, hasChest, payloadBytes } = layout;
  const collect = (stream: number, ...scales: number[]): SampleCollector =>
    createSampleCollector({ stream, scales: Float64Array.from(scales), sink });
  const streams: Streams = {
    ecg: collect(ECG, ecgScale ?? 1),
    chest: collect(RESPIRATION, 1),
    pleth: collect(PLETH, 1, 1),
    values: createLiveValues(sink),
  };
  const quality = createQualityTeller(sink, ['uncalibrated']);
  const loss = createLossEstimate({ rateHz, frameBytes: frameBytesOf(payloadBytes) });
  let chestBefore = false;
  let readStart = 0;
  let readAtNs = 0n;
  let previousReadAtNs = 0n;

  function lose(frames: number): void {
    if (frames === 0) {
      return;
    }
    // After a frame with a sample of the chest comes one without.
    const halved = chestBefore ? Math.floor(frames / 2) : Math.ceil(frames / 2);
    streams.ecg.lose(frames);
    streams.chest.lose(hasChest === null ? frames : halved);
    streams.pleth.lose(frames);
  }

  const parser = createFrameParser(
    payloadBytes,
    (data, at, endsAt) => {
      // A frame waits for its successor: it was read when its own last byte was.
      const frameAtNs = endsAt <= readStart ? previousReadAtNs : readAtNs;
      lose(loss.believe(frameAtNs));
      chestBefore = hasChest?.(data, at) ?? true;
      layout.read(streams, data, at, frameAtNs);
    },
    loss.refuse,
    () => sink.onBadFrames(1),
  );

  function emit(): void {
    streams.ecg.emit();
    streams.chest.emit();
    streams.pleth.emit();
  }

  return {
    push: (bytes, atNs) => {
      previousReadAtNs = parser.received() === 0 ? atNs : readAtNs;
      readStart = parser.received();
      readAtNs = atNs;
      loss.read(bytes.length, atNs);
      quality.tell(ecgScale === null ? 1 : 0);
      parser.push(bytes);
      emit();
    },
    flush: () => {
      // Whatever is held back had been read before.
      readStart = parser.received();
      previousReadAtNs = readAtNs;
      parser.flush();
      emit();
    },
    reset: () => {
      parser.reset();
      loss.reset();
      streams.ecg.reset();
      streams.chest.reset();
      streams.pleth.reset();
      streams.values.reset();
      quality.reset();
      chestBefore = false;
      onReset();
    },
  };
}
