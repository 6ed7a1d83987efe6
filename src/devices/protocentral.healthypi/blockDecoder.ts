import type { MeasurementFlag } from '../../contracts/devices.ts';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import type { SampleSink } from '../_sdk/adapter.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createLiveValues } from '../_sdk/liveValues.ts';
import { createQualityTeller } from '../_sdk/qualityTeller.ts';
import { createSampleCollector } from '../_sdk/sampleCollector.ts';
import {
  BLOCK_CHANNEL,
  type Block,
  createBlockParser,
  ECG_BYTES,
  PPG_BYTES,
  readI16,
  readI32,
  readU16,
  VITALS_BYTES,
} from './dblk.ts';
import { createElectrodes } from './electrodes.ts';
import { createLostBlocks } from './lostBlocks.ts';

const ECG = 0;
const RESPIRATION = 1;
const PLETH = 2;
const ECG_RATE_HZ = 500;
const PPG_RATE_HZ = 250;
const ECG_CHANNELS = 3;

/** Vitals of format 0x0300: where the heart rate came from, and how weak the pulse is. */
const VITALS_FLAGS_AT = 14;
const RATE_FROM_PPG = 1 << 0;
const PPG_WEAK = 1 << 2;
const WEAK: readonly MeasurementFlag[] = ['artifact'];

/** HealthyPi 6: blocks to samples and values. Units from docs/HP6_DATA_FORMAT.md: ECG in uV. */
export function createV6Decoder(sink: SampleSink): StreamDecoder {
  const ecg = createSampleCollector({ stream: ECG, scales: ones(ECG_CHANNELS), sink });
  const respiration = createSampleCollector({ stream: RESPIRATION, scales: ones(1), sink });
  const pleth = createSampleCollector({ stream: PLETH, scales: ones(2), sink });
  const collectors = [ecg, respiration, pleth];
  const values = createLiveValues(sink);
  const quality = createQualityTeller(sink, ['lowPerfusion']);
  const electrodes = createElectrodes(sink.onEvent);
  const lost = createLostBlocks();
  let readAtNs = 0n;

  function readEcg(block: Block): void {
    const missing = lost.before(block, ECG_RATE_HZ);
    ecg.lose(missing);
    respiration.lose(missing);
    for (let index = 0; index < block.count; index++) {
      const at = block.at + index * ECG_BYTES;
      const limbOff = electrodes.see(block.data[at + 16] ?? 0, ecg.flags);
      respiration.flags[0] = limbOff ? CHANNEL_FLAG.leadOff : 0;
      respiration.values[0] = readI32(block.data, at);
      for (let channel = 0; channel < ECG_CHANNELS; channel++) {
        ecg.values[channel] = readI32(block.data, at + 4 + channel * 4);
      }
      ecg.commit(readAtNs);
      respiration.commit(readAtNs);
    }
  }

  function readPleth(block: Block): void {
    pleth.lose(lost.before(block, PPG_RATE_HZ));
    for (let index = 0; index < block.count; index++) {
      const at = block.at + index * PPG_BYTES;
      // The document does not say which bit is what; a finger that is off measures nothing.
      pleth.flags.fill(block.data[at + 8] === 0 ? 0 : CHANNEL_FLAG.lost);
      pleth.values[0] = readI32(block.data, at);
      pleth.values[1] = readI32(block.data, at + 4);
      pleth.commit(readAtNs);
    }
  }

  function readVitals({ data, at, sampleBytes }: Block): void {
    const flags = sampleBytes > VITALS_FLAGS_AT ? (data[at + VITALS_FLAGS_AT] ?? 0) : 0;
    const weak = (flags & PPG_WEAK) !== 0;
    const fromPpg = (flags & RATE_FROM_PPG) !== 0;
    const doubt = weak ? WEAK : undefined;
    const rate = orNone(readU16(data, at));
    quality.tell(weak ? 1 : 0);
    values.tell('heartRate', fromPpg ? null : rate, readAtNs);
    if (fromPpg) {
      values.tell('pulseRate', rate, readAtNs, doubt);
    }
    values.tell('spo2', scaled(readU16(data, at + 2), 10), readAtNs, doubt);
    values.tell('respirationRate', orNone(readU16(data, at + 4)), readAtNs);
    values.tell('skinTemperature', scaled(readI16(data, at + 6), 100), readAtNs);
  }

  const parser = createBlockParser(
    (block) => {
      if (!lost.isNew(block)) {
        return;
      }
      if (block.channel === BLOCK_CHANNEL.ecg && block.sampleBytes === ECG_BYTES) {
        readEcg(block);
      } else if (block.channel === BLOCK_CHANNEL.ppg && block.sampleBytes === PPG_BYTES) {
        readPleth(block);
      } else if (
        block.channel === BLOCK_CHANNEL.vitals &&
        VITALS_BYTES.includes(block.sampleBytes)
      ) {
        readVitals(block);
      } else {
        sink.onAlive();
      }
    },
    () => sink.onBadFrames(1),
  );

  function emit(): void {
    for (const collector of collectors) {
      collector.emit();
    }
  }

  return {
    push: (bytes, atNs) => {
      readAtNs = atNs;
      parser.push(bytes);
      emit();
    },
    // A block is believed by its own check: nothing is held back.
    flush: emit,
    reset: () => {
      parser.reset();
      lost.reset();
      electrodes.reset();
      values.reset();
      quality.reset();
      for (const collector of collectors) {
        collector.reset();
      }
    },
  };
}

const ones = (count: number): Float64Array => new Float64Array(count).fill(1);

/** Zero means "not available" in the format's own words. */
function orNone(value: number): number | null {
  return value === 0 ? null : value;
}

function scaled(value: number, divisor: number): number | null {
  return value === 0 ? null : value / divisor;
}
