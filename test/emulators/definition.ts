import type { EmulatedDevice } from './host/driver.ts';

/** What can be made to go wrong with a device: `value` is used when none is given. */
export type FaultTable = Readonly<
  Record<string, { readonly value: number; readonly meaning: string }>
>;
/** The faults that are on, by name. An absent key is a fault that is off. */
export type FaultPlan = Readonly<Record<string, number>>;

/** How the device shows itself to a computer. */
export type UsbIdentity = {
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturer: string;
  readonly product: string;
  readonly serialNumber: string;
};

/** What carries the device's bytes; decides how it is exported as a USB device. */
export type EmulatedWire =
  | { readonly kind: 'serial'; readonly bridge: 'ftdi' | 'cp210x' | 'cdc-acm' }
  | {
      readonly kind: 'hid';
      readonly usagePage: number;
      readonly usage: number;
      /** Number of its input report; absent: reports are not numbered. One write is one report. */
      readonly reportId?: number;
      /** Here and below: without the report's number. */
      readonly inputReportBytes: number;
      readonly outputReportBytes: number;
      readonly featureReportBytes: number;
    }
  /** One write is one bulk transfer. `specialisations`: codes of USB PHDC's function extension. */
  | { readonly kind: 'phdc'; readonly specialisations: readonly number[] };

export type EmulatorOptions = {
  readonly variant?: string;
  readonly faults?: FaultPlan;
  readonly seed?: number;
  /** Wall clock of the device when it is made; Date.UTC of its own local time. */
  readonly clockMs?: number;
};

/** A device as an emulator gives it: a state machine without I/O. */
export type EmulatedInstrument = EmulatedDevice & {
  readonly faultsInjected: () => number;
  /**
   * HID feature reports (`kind: 'feature'`) and USB class or vendor requests. null: stalled.
   * Absent: the device knows none.
   */
  readonly control?: (request: EmulatedControl, nowMs: number) => Uint8Array | null;
};

export type EmulatedControl =
  | { readonly kind: 'setFeature'; readonly bytes: Uint8Array }
  | { readonly kind: 'getFeature' }
  | {
      readonly kind: 'usb';
      readonly requestType: number;
      readonly request: number;
      readonly value: number;
      readonly index: number;
      readonly length: number;
    };

/** One row of the table of emulators. */
export type EmulatorDefinition = {
  /** What the command line calls it. */
  readonly name: string;
  readonly adapterId: string;
  readonly summary: string;
  /** The first is used when none is named; empty: there is only one. */
  readonly variants: readonly string[];
  readonly wire: (variant: string | undefined) => EmulatedWire;
  readonly usb: (variant: string | undefined) => UsbIdentity;
  readonly faults: FaultTable;
  readonly create: (options: EmulatorOptions) => EmulatedInstrument;
};
