import { fromHex } from '../_sdk/bytes.ts';
import type { FuzzTarget } from '../_sdk/fuzzTarget.ts';
import { REPORT_BYTES } from './protocol.ts';
import { createWeighing } from './weighing.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'generic.hid-scale',
  packets: true,
  seeds: () => ['0403ff2c02', '020bff0000', '060cff0000'].map(fromHex),
  create: () => {
    let accepted = 0;
    const ignore = (): void => undefined;
    const weighing = createWeighing(
      {
        onMeasurement: ignore,
        onQuality: ignore,
        onBadFrames: ignore,
        onAlive: () => accepted++,
      },
      { after: () => ignore },
    );
    return { push: (report) => weighing.push(report, 0n), accepted: () => accepted };
  },
  frameBytes: REPORT_BYTES,
  // Eight of 256 statuses (five bits), eleven of 256 powers of ten (four and a half).
  checkBits: 9,
};
