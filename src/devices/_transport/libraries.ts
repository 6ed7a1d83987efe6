import { failed, ok, type Result } from '../../contracts/faults.ts';

/** The parts of node-hid that are used here, in its own shape. */
export type HidListed = {
  readonly vendorId: number;
  readonly productId: number;
  readonly path?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
  readonly product?: string | undefined;
  readonly interface: number;
  readonly usagePage?: number | undefined;
  readonly usage?: number | undefined;
};

export type HidHandle = {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  /** Its argument is a string, not an Error. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
  write(values: Buffer): Promise<number>;
  getFeatureReport(reportId: number, length: number): Promise<Uint8Array>;
  sendFeatureReport(data: Buffer): Promise<number>;
  close(): Promise<void>;
};

export type HidLibrary = {
  devicesAsync(): Promise<readonly HidListed[]>;
  readonly HIDAsync: { open(path: string): Promise<HidHandle> };
};

/** The parts of usb 3 that are used here: WebUSB's, with a timeout (ms) as last argument. */
export type UsbEndpoint = {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly packetSize: number;
};

export type UsbAlternate = {
  readonly alternateSetting: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly endpoints: readonly UsbEndpoint[];
};

export type UsbConfiguration = {
  readonly configurationValue: number;
  readonly interfaces: readonly {
    readonly interfaceNumber: number;
    readonly alternates: readonly UsbAlternate[];
  }[];
};

export type UsbSetup = {
  readonly requestType: 'standard' | 'class' | 'vendor';
  readonly recipient: 'device' | 'interface' | 'endpoint';
  readonly request: number;
  readonly value: number;
  readonly index: number;
};

export type UsbInResult = {
  readonly data?: DataView | undefined;
  readonly status?: string | undefined;
};

export type UsbHandle = {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass: number;
  readonly bus: string;
  readonly ports: readonly number[];
  /** The next five open the device where the system did not tell them: they may block and throw. */
  readonly manufacturerName?: string | null | undefined;
  readonly productName?: string | null | undefined;
  readonly serialNumber?: string | null | undefined;
  readonly configuration: UsbConfiguration | null;
  readonly configurations: readonly UsbConfiguration[];
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void>;
  transferIn(endpoint: number, length: number, timeoutMs: number): Promise<UsbInResult>;
  transferOut(endpoint: number, data: Uint8Array, timeoutMs: number): Promise<unknown>;
  controlTransferIn(setup: UsbSetup, length: number, timeoutMs: number): Promise<UsbInResult>;
  /** Throws without `data`; an empty array stands for none. */
  controlTransferOut(setup: UsbSetup, data: Uint8Array, timeoutMs: number): Promise<unknown>;
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void>;
};

export type UsbLibrary = {
  readonly usb: {
    /** Rejects on a machine without a USB bus. */
    getDevices(): Promise<readonly UsbHandle[]>;
    addEventListener(type: 'connect' | 'disconnect', listener: () => void): void;
    removeEventListener(type: 'connect' | 'disconnect', listener: () => void): void;
  };
};

/** Loaded at first use: a cart without HID or USB devices pays nothing for them. */
export async function loadHid(): Promise<Result<HidLibrary>> {
  try {
    const library: unknown = await import('node-hid');
    return hasMember(library, 'devicesAsync') && hasMember(library, 'HIDAsync')
      ? ok(library as HidLibrary)
      : failed('DEVICE_TRANSPORT_FAILED', { library: 'node-hid' });
  } catch {
    return failed('DEVICE_TRANSPORT_FAILED', { library: 'node-hid' });
  }
}

export async function loadUsb(): Promise<Result<UsbLibrary>> {
  try {
    const library: unknown = await import('usb');
    return hasMember(library, 'usb')
      ? ok(library as UsbLibrary)
      : failed('DEVICE_TRANSPORT_FAILED', { library: 'usb' });
  } catch {
    return failed('DEVICE_TRANSPORT_FAILED', { library: 'usb' });
  }
}

function hasMember(library: unknown, name: string): boolean {
  return typeof library === 'object' && library !== null && name in library;
}
