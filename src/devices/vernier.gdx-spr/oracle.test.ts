import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { hex } from '../_sdk/bytes.ts';
import { encodeCommand, REPORT_BYTES, SUB, toReports } from './protocol.ts';

/** The vendor's own driver, as far as this test uses it. */
type Vendor = {
  createDevice(
    native: object,
    options: { open: boolean; startMeasurements: boolean },
  ): Promise<{ start(periodMs: number): void; close(): Promise<void> }>;
};
const loaded = createRequire(import.meta.url)('@vernier/godirect') as { default?: Vendor } & Vendor;
const vendor = loaded.default ?? loaded;

const SENSOR_NUMBER = 1;
/** Long enough for every answer that the vendor's driver reads. */
const PAYLOAD_BYTES = 150;

/** A device that answers everything, and keeps what was said to it. */
function createListeningDevice() {
  const said: Uint8Array[] = [];
  const native = {
    collections: [{ outputReports: [{ reportId: 0 }] }],
    oninputreport: (_event: { data: DataView }): void => undefined,
    open: () => Promise.resolve(),
    close: () => undefined,
    sendReport: (_id: number, data: Uint8Array): Promise<void> => {
      said.push(data.slice(1));
      setImmediate(() => {
        for (const report of toReports(answerTo(data))) {
          native.oninputreport({ data: new DataView(report.buffer) });
        }
      });
      return Promise.resolve();
    },
  };
  return { said, native };
}

function answerTo(report: Uint8Array): Uint8Array {
  const [, , , counter = 0, , command = 0] = report;
  const answer = new Uint8Array(6 + PAYLOAD_BYTES);
  answer.set([0x98, answer.length, 0, 0, command, counter]);
  if (command === 0x51 || command === 0x56) {
    answer[6] = 1 << SENSOR_NUMBER;
  } else if (command === 0x50) {
    // Number, and a sensor id that is not zero.
    answer.set([SENSOR_NUMBER, 0, 42], 6);
  }
  return answer;
}

describe("against the vendor's driver", () => {
  it('says what it says, byte for byte', async () => {
    const { said, native } = createListeningDevice();
    const device = await vendor.createDevice(native, { open: true, startMeasurements: false });
    device.start(10);
    await expect.poll(() => said.length).toBe(8);
    await device.close();
    const ours = [
      SUB.init,
      SUB.status,
      SUB.info,
      SUB.defaultMask,
      SUB.sensorIds,
      SUB.sensorInfo(SENSOR_NUMBER),
      SUB.period(10_000),
      SUB.start(1 << SENSOR_NUMBER),
      SUB.stop,
      SUB.disconnect,
    ];
    expect(said.map(hex)).toEqual(ours.map((sub, index) => hex(encodeCommand(sub, 0xfe - index))));
    expect(said.every((message) => message.length < REPORT_BYTES)).toBe(true);
  });
});
