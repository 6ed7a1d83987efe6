import type { UsbIdentity } from '../../emulators/definition.ts';

/** The eight bytes of a control request, USB 2.0 table 9-2. */
export type Setup = {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
};

/** What a host's side gives a device while it is attached. */
export type UsbPort = {
  /**
   * Bytes of one transfer for an IN endpoint (number without direction); what does not fit the
   * host's buffer goes into its next.
   * @returns false when the host has not asked for so much for so long that the bytes are lost.
   */
  readonly send: (endpoint: number, bytes: Uint8Array) => boolean;
  /** Room in buffers that the host holds ready on an IN endpoint now: bytes of each, in order. */
  readonly waiting: (endpoint: number) => readonly number[];
  /** The device asks to be torn off. */
  readonly disconnect: () => void;
};

/** A device as one computer sees it over its cable. One object per attachment. */
export type UsbFunction = {
  /** Class and vendor requests, and standard ones to an interface. null: stalled. */
  readonly control: (setup: Setup, data: Uint8Array) => Uint8Array | null;
  /** A transfer of the host on an OUT endpoint. */
  readonly receive: (endpoint: number, bytes: Uint8Array) => void;
  /** The host put a buffer on an IN endpoint that had nothing to give. */
  readonly demanded?: (endpoint: number) => void;
  /** The cable is out. */
  readonly detached: () => void;
};

/** What a device is, and how it begins when it is plugged into a host. */
export type UsbDeviceModel = {
  readonly identity: UsbIdentity;
  readonly release: number;
  readonly speed: number;
  readonly deviceClass: readonly [number, number, number];
  readonly configuration: Uint8Array;
  /** What an IN endpoint keeps for a host that does not read, bytes. */
  readonly keptBytes: number;
  readonly attach: (port: UsbPort) => UsbFunction;
  /** Ends the device itself: its timers. */
  readonly stop: () => void;
};

export const REQUEST_TYPE = { standard: 0x00, class: 0x20, vendor: 0x40, mask: 0x60 } as const;

export function readSetup(bytes: Uint8Array): Setup {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    requestType: view.getUint8(0),
    request: view.getUint8(1),
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

/** The answer to a request without data. */
export const ACCEPTED = new Uint8Array(0);
