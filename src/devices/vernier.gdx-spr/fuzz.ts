import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { createMeasurementReader } from './measurements.ts';
import { createAssembler, REPORT_BYTES } from './protocol.ts';
import { type Sensor, selectSensors } from './sensors.ts';

/** Flow and volume of one moment, 0.5 L/s and 1.25 L, as one report. */
const SAMPLE = '11 20110000 0606000100 0000003f 0000a03f';

const sensor = (number: number, unit: string): Sensor => ({
  number,
  isReal: true,
  isPeriodic: true,
  unit,
  lowest: -16,
  highest: 16,
  minPeriodUs: 1000,
  excludes: 0,
});

export const fuzzTarget: FuzzTarget = {
  name: 'vernier.gdx-spr',
  seeds: () => [seed()],
  create: () => {
    let accepted = 0;
    const selection = selectSensors([sensor(1, 'L/s'), sensor(2, 'L')], 0b110);
    if (!selection.ok) {
      throw new Error('the fuzzed sensors cannot be selected');
    }
    const reader = createMeasurementReader(selection.value, {
      onSamples: () => accepted++,
      onAlive: () => undefined,
      onBadFrames: () => undefined,
    });
    const assembler = createAssembler(
      (message, length, readAtNs) => {
        if (message[0] === 0x20) {
          reader.push(message, length, readAtNs);
        }
      },
      () => undefined,
    );
    return {
      push: (chunk) => {
        for (let at = 0; at < chunk.length; at += REPORT_BYTES) {
          assembler.push(chunk.subarray(at, at + REPORT_BYTES), 0n);
        }
      },
      accepted: () => accepted,
    };
  },
  frameBytes: REPORT_BYTES,
  // Checksum eight bits, first byte eight, sub-type and mask about ten.
  checkBits: 24,
};

/** The checksum is the sum of all other bytes of the message, which begins after the length. */
function seed(): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  const message = fromHex(SAMPLE);
  report.set(message);
  report[4] = message.subarray(1).reduce((sum, byte) => sum + byte, 0) & 0xff;
  return report;
}
