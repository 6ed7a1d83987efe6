import type { SampleSink } from '../_sdk/adapter.ts';
import type { StreamDecoder } from '../_sdk/liveSource.ts';
import { createNewParser, PACKET, REALTIME_BYTES } from './newWire.ts';
import { createOldParser, FIRST, FRAME_BYTES, oldPulse, THIRD } from './oldWire.ts';
import {
  createTeller,
  emptyReading,
  perfusionOrNone,
  pulseOrNone,
  type Reading,
  spo2OrNone,
} from './reading.ts';

export function readOldFrame(data: Uint8Array, at: number, into: Reading): void {
  const first = data[at] ?? 0;
  const third = data[at + 2] ?? 0;
  into.pleth = data[at + 1] ?? 0;
  into.off = (first & FIRST.fingerOut) !== 0 || (third & THIRD.probeError) !== 0;
  into.searching = (third & THIRD.searching) !== 0;
  into.strength = first & FIRST.strength;
  into.pulse = pulseOrNone(oldPulse(data, at));
  into.spo2 = spo2OrNone(data[at + 4] ?? 0);
}

/** Bits of the decoded bytes of a realtime packet. */
const SIGNAL = { strength: 0x0f, searchingTooLong: 0x10, probeError: 0x80 } as const;
const PLETH = { value: 0x7f, searching: 0x80 } as const;
const PERFUSION_VALID = 0x10;

export function readRealtime(data: Uint8Array, into: Reading): void {
  const [signal = 0, pleth = 0, bar = 0, pulse = 0, spo2 = 0, low = 0, high = 0] = data;
  into.pleth = pleth & PLETH.value;
  into.off = (signal & SIGNAL.probeError) !== 0;
  into.searching = (pleth & PLETH.searching) !== 0 || (signal & SIGNAL.searchingTooLong) !== 0;
  into.strength = signal & SIGNAL.strength;
  into.pulse = pulseOrNone(pulse);
  into.spo2 = spo2OrNone(spo2);
  const valid = (bar & PERFUSION_VALID) !== 0;
  into.perfusion = valid ? perfusionOrNone(low | (high << 8)) : null;
}

export function createOldDecoder(sink: SampleSink): StreamDecoder {
  const teller = createTeller(sink, FRAME_BYTES);
  const reading = emptyReading();
  let readAtNs = 0n;
  const parser = createOldParser(
    (data, at) => {
      readOldFrame(data, at, reading);
      teller.tell(reading, readAtNs);
    },
    teller.loss.refuse,
    () => sink.onBadFrames(1),
  );
  return {
    push: (bytes, atNs) => {
      readAtNs = atNs;
      teller.loss.read(bytes.length, atNs);
      parser.push(bytes);
      teller.emit();
    },
    flush: () => {
      parser.flush();
      teller.emit();
    },
    reset: () => {
      parser.reset();
      teller.reset();
    },
  };
}

export function createNewDecoder(sink: SampleSink): StreamDecoder {
  const teller = createTeller(sink, REALTIME_BYTES);
  const reading = emptyReading();
  let readAtNs = 0n;
  const parser = createNewParser(
    (type, data) => {
      if (type === PACKET.realtime) {
        readRealtime(data, reading);
        teller.tell(reading, readAtNs);
      } else {
        sink.onAlive();
      }
    },
    teller.loss.refuse,
    () => sink.onBadFrames(1),
  );
  return {
    push: (bytes, atNs) => {
      readAtNs = atNs;
      teller.loss.read(bytes.length, atNs);
      parser.push(bytes);
      teller.emit();
    },
    flush: () => {
      parser.flush();
      teller.emit();
    },
    reset: () => {
      parser.reset();
      teller.reset();
    },
  };
}
