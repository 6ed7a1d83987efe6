import { createRequire } from 'node:module';
import type { EmulatedInstrument } from '../definition.ts';
import { REPORT_BYTES } from './reports.ts';

/** The part of npm `@vernier/godirect` (the vendor's own driver) that tests compare with. */
export type VendorSensor = {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly specs: { readonly measurementInfo: Readonly<Record<string, number>> };
  setEnabled(enabled: boolean): void;
};

export type VendorDevice = {
  readonly orderCode: string;
  readonly serialNumber: string;
  readonly name: string;
  readonly sensors: readonly VendorSensor[];
  readonly collecting: boolean;
  start(periodMs: number): void;
  close(): Promise<void>;
  getBatteryLevel(): Promise<number>;
  on(name: string, listener: () => void): void;
};

type Vendor = {
  readonly createDevice: (
    nativeDevice: object,
    options: { open: boolean; startMeasurements: boolean },
  ) => Promise<VendorDevice>;
};

const require = createRequire(import.meta.url);
// The package declares no types for its CommonJS entry.
const loaded: { default?: Vendor } & Partial<Vendor> = require('@vernier/godirect');

/**
 * The vendor's driver on an emulator that stands in for a WebHID device. The emulator's clock moves
 * only by `advance`, so that a test decides how much is measured.
 */
export async function openWithVendor(device: EmulatedInstrument) {
  const createDevice = loaded.default?.createDevice ?? loaded.createDevice;
  if (createDevice === undefined) throw new Error('the vendor driver has another shape');
  const sent: Uint8Array[] = [];
  let nowMs = 0;
  const native = {
    collections: [{ outputReports: [{ reportId: 0 }] }],
    oninputreport: (_event: { data: DataView }) => undefined,
    open: () => Promise.resolve(),
    close: () => undefined,
    sendReport: (_id: number, data: Uint8Array): Promise<void> => {
      const report = new Uint8Array(REPORT_BYTES);
      report.set(data);
      sent.push(data.slice());
      deliver(device.receive(report, nowMs));
      return Promise.resolve();
    },
  };
  const deliver = (reports: readonly Uint8Array[]): void => {
    for (const report of reports) {
      const copy = new Uint8Array(report);
      native.oninputreport({ data: new DataView(copy.buffer) });
    }
  };
  const vendor = await createDevice(native, { open: true, startMeasurements: false });
  return {
    vendor,
    sent,
    advance: (ms: number): void => {
      nowMs += ms;
      deliver(device.advance(nowMs).writes);
    },
  };
}
