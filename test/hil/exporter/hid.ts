import type { EmulatedWire, UsbIdentity } from '../../emulators/definition.ts';
import {
  CLASS,
  configuration,
  endpointDescriptor,
  IN,
  interfaceDescriptor,
  TRANSFER,
  u16,
} from './descriptors.ts';
import type { Instrument } from './instrument.ts';
import {
  ACCEPTED,
  REQUEST_TYPE,
  type Setup,
  type UsbDeviceModel,
  type UsbFunction,
  type UsbPort,
} from './model.ts';
import { SPEED } from './wire.ts';

/* USB HID 1.11: reports of one number or none, an interrupt endpoint each way. */
export type HidWire = Extract<EmulatedWire, { kind: 'hid' }>;

const READ = 1;
const WRITE = 2;
const INTERVAL_MS = 1;
const REPORT_DESCRIPTOR = 0x22;
const GET_DESCRIPTOR = 6;
const GET_REPORT = 1;
const SET_REPORT = 9;
const REPORT = { output: 2, feature: 3 } as const;
/** A device keeps few reports for a host that does not read. */
const KEPT_REPORTS = 32;
const LARGEST_PACKET = 64;

const MAIN_ITEM = { input: 0x81, output: 0x91, feature: 0xb1 } as const;
/** Data, variable, absolute. */
const VARIABLE = 0x02;

function reportItems(item: number, usage: number, bytes: number): number[] {
  return bytes === 0 ? [] : [0x09, usage, 0x96, ...u16(bytes), item, VARIABLE];
}

/** One application collection of `wire`'s usage; every report is an array of bytes 0..255. */
export function reportDescriptor(wire: HidWire): Uint8Array {
  return Uint8Array.from([
    0x06,
    ...u16(wire.usagePage),
    0x0a,
    ...u16(wire.usage),
    0xa1,
    0x01,
    // Logical minimum 0, maximum 255, report size 8.
    0x15,
    0x00,
    0x26,
    0xff,
    0x00,
    0x75,
    0x08,
    ...(wire.reportId === undefined ? [] : [0x85, wire.reportId]),
    ...reportItems(MAIN_ITEM.input, 1, wire.inputReportBytes),
    ...reportItems(MAIN_ITEM.output, 2, wire.outputReportBytes),
    ...reportItems(MAIN_ITEM.feature, 3, wire.featureReportBytes),
    0xc0,
  ]);
}

function configurationOf(wire: HidWire): Uint8Array {
  const hasOut = wire.outputReportBytes > 0;
  const packet = (bytes: number): number => Math.min(Math.max(bytes, 1), LARGEST_PACKET);
  const length = u16(reportDescriptor(wire).length);
  return configuration(1, [
    interfaceDescriptor({ number: 0, endpoints: hasOut ? 2 : 1, triple: [CLASS.hid, 0, 0] }),
    [9, 0x21, 0x11, 0x01, 0, 1, REPORT_DESCRIPTOR, ...length],
    endpointDescriptor(READ | IN, TRANSFER.interrupt, packet(inputBytes(wire)), INTERVAL_MS),
    hasOut
      ? endpointDescriptor(WRITE, TRANSFER.interrupt, packet(wire.outputReportBytes), INTERVAL_MS)
      : [],
  ]);
}

/** A numbered report has its number before it. */
function inputBytes(wire: HidWire): number {
  return wire.inputReportBytes + (wire.reportId === undefined ? 0 : 1);
}

function numbered(wire: HidWire, bytes: Uint8Array): Uint8Array {
  return wire.reportId === undefined ? bytes : Uint8Array.of(wire.reportId, ...bytes);
}

/** The reverse, for what the host writes. */
function unnumbered(wire: HidWire, bytes: Uint8Array): Uint8Array {
  return wire.reportId === undefined ? bytes : bytes.subarray(1);
}

/** A report has its size always: what an emulator leaves out is zeros. */
function fitted(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  return out;
}

function reportRequest(setup: Setup, data: Uint8Array, instrument: Instrument): Uint8Array | null {
  const type = setup.value >> 8;
  if (setup.request === GET_REPORT && type === REPORT.feature) {
    return instrument.control({ kind: 'getFeature' }) ?? null;
  }
  if (setup.request !== SET_REPORT) {
    // Idle rate and protocol are accepted; nothing else of the class is known.
    return (setup.requestType & IN) === 0 ? ACCEPTED : null;
  }
  if (type === REPORT.feature) {
    const answer = instrument.control({ kind: 'setFeature', bytes: data });
    return answer === undefined || answer === null ? null : ACCEPTED;
  }
  if (type !== REPORT.output) return null;
  instrument.receive(data);
  return ACCEPTED;
}

function attach(port: UsbPort, wire: HidWire, instrument: Instrument): UsbFunction {
  const detached = instrument.connect({
    write: (bytes) => port.send(READ, numbered(wire, fitted(bytes, wire.inputReportBytes))),
    disconnect: port.disconnect,
  });
  return {
    control: (setup, data) => {
      const isClass = (setup.requestType & REQUEST_TYPE.mask) === REQUEST_TYPE.class;
      if (isClass) return reportRequest(setup, data, instrument);
      const wantsReports =
        setup.request === GET_DESCRIPTOR && setup.value >> 8 === REPORT_DESCRIPTOR;
      return wantsReports ? reportDescriptor(wire) : null;
    },
    receive: (endpoint, bytes) => {
      if (endpoint === WRITE) instrument.receive(unnumbered(wire, bytes));
    },
    detached,
  };
}

export function createHidModel(
  identity: UsbIdentity,
  wire: HidWire,
  instrument: Instrument,
): UsbDeviceModel {
  return {
    identity,
    release: 0x0100,
    speed: SPEED.full,
    deviceClass: [CLASS.perInterface, 0, 0],
    configuration: configurationOf(wire),
    keptBytes: KEPT_REPORTS * inputBytes(wire),
    attach: (port) => attach(port, wire, instrument),
    stop: instrument.stop,
  };
}
