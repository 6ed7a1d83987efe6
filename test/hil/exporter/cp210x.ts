import type { UsbIdentity } from '../../emulators/definition.ts';
import {
  CLASS,
  configuration,
  endpointDescriptor,
  IN,
  interfaceDescriptor,
  TRANSFER,
} from './descriptors.ts';
import type { Instrument } from './instrument.ts';
import {
  ACCEPTED,
  type Setup,
  type UsbDeviceModel,
  type UsbFunction,
  type UsbPort,
} from './model.ts';
import { createSerialFifo, packPlain } from './serialFifo.ts';
import { SPEED } from './wire.ts';

/*
 * A Silicon Labs CP2102. Requests: application note AN571 "CP210x virtual COM port interface" and
 * the Linux kernel's drivers/usb/serial/cp210x.c.
 */
const READ = 1;
const WRITE = 2;
const PACKET_BYTES = 64;
const RELEASE = 0x0100;
const GET = {
  modemStatus: 0x08,
  commStatus: 0x10,
  flow: 0x14,
  baudRate: 0x1d,
  vendor: 0xff,
} as const;
const PURGE = 0x12;
const PURGE_RECEIVE = 0x0a;
const PART_NUMBER = 0x370b;
const CP2102 = 0x02;
/** Clear to send and data set ready. */
const MODEM_STATUS = 0x30;
const COMM_STATUS_BYTES = 19;
const FLOW_BYTES = 16;

function read(setup: Setup, kept: { flow: Uint8Array; baud: Uint8Array }): Uint8Array | null {
  switch (setup.request) {
    case GET.modemStatus:
      return Uint8Array.from([MODEM_STATUS]);
    case GET.commStatus:
      return new Uint8Array(COMM_STATUS_BYTES);
    case GET.flow:
      return kept.flow;
    case GET.baudRate:
      return kept.baud;
    case GET.vendor:
      return setup.value === PART_NUMBER ? Uint8Array.from([CP2102]) : null;
    default:
      return null;
  }
}

const SET = { flow: 0x13, baudRate: 0x1e } as const;

function attach(port: UsbPort, instrument: Instrument): UsbFunction {
  const fifo = createSerialFifo(port, READ, packPlain);
  const detached = instrument.connect({ write: fifo.push, disconnect: port.disconnect });
  const kept = { flow: new Uint8Array(FLOW_BYTES), baud: Uint8Array.from([0, 0xc2, 1, 0]) };
  return {
    control: (setup, data) => {
      if ((setup.requestType & IN) !== 0) return read(setup, kept);
      if (setup.request === SET.flow) kept.flow = Uint8Array.from(data);
      if (setup.request === SET.baudRate) kept.baud = Uint8Array.from(data);
      if (setup.request === PURGE && (setup.value & PURGE_RECEIVE) !== 0) fifo.purge();
      return ACCEPTED;
    },
    receive: (endpoint, bytes) => {
      if (endpoint === WRITE) instrument.receive(bytes);
    },
    demanded: fifo.pump,
    detached,
  };
}

export function createCp210xModel(identity: UsbIdentity, instrument: Instrument): UsbDeviceModel {
  return {
    identity,
    release: RELEASE,
    speed: SPEED.full,
    deviceClass: [CLASS.perInterface, 0, 0],
    configuration: configuration(1, [
      interfaceDescriptor({ number: 0, endpoints: 2, triple: [CLASS.vendor, 0, 0] }),
      endpointDescriptor(READ | IN, TRANSFER.bulk, PACKET_BYTES),
      endpointDescriptor(WRITE, TRANSFER.bulk, PACKET_BYTES),
    ]),
    keptBytes: PACKET_BYTES * 1024,
    attach: (port) => attach(port, instrument),
    stop: instrument.stop,
  };
}
