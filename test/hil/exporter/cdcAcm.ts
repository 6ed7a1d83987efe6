import type { UsbIdentity } from '../../emulators/definition.ts';
import {
  associationDescriptor,
  CLASS,
  configuration,
  endpointDescriptor,
  IN,
  interfaceDescriptor,
  TRANSFER,
} from './descriptors.ts';
import type { Instrument } from './instrument.ts';
import { ACCEPTED, type UsbDeviceModel, type UsbFunction, type UsbPort } from './model.ts';
import { createSerialFifo, packPlain } from './serialFifo.ts';
import { SPEED } from './wire.ts';

/* A CDC ACM modem, USB CDC 1.2 and its PSTN subclass 1.2. */
const READ = 1;
const WRITE = 2;
const NOTIFY = 3;
const PACKET_BYTES = 64;
const NOTIFY_BYTES = 16;
const NOTIFY_INTERVAL_MS = 16;
const ABSTRACT_MODEM = 0x02;
const SET_LINE_CODING = 0x20;
const GET_LINE_CODING = 0x21;
const CONTROL_INTERFACE = 0;
const DATA_INTERFACE = 1;
/** 115200 baud, one stop bit, no parity, eight bits. */
const LINE_CODING = [0x00, 0xc2, 0x01, 0x00, 0, 0, 8];

const CONFIGURATION = configuration(2, [
  associationDescriptor(CONTROL_INTERFACE, 2, [CLASS.cdc, ABSTRACT_MODEM, 0]),
  interfaceDescriptor({
    number: CONTROL_INTERFACE,
    endpoints: 1,
    triple: [CLASS.cdc, ABSTRACT_MODEM, 0],
  }),
  // Header (CDC 1.2), call management, abstract control (line coding), union.
  [5, 0x24, 0x00, 0x20, 0x01],
  [5, 0x24, 0x01, 0x00, DATA_INTERFACE],
  [4, 0x24, 0x02, 0x02],
  [5, 0x24, 0x06, CONTROL_INTERFACE, DATA_INTERFACE],
  endpointDescriptor(NOTIFY | IN, TRANSFER.interrupt, NOTIFY_BYTES, NOTIFY_INTERVAL_MS),
  interfaceDescriptor({ number: DATA_INTERFACE, endpoints: 2, triple: [CLASS.cdcData, 0, 0] }),
  endpointDescriptor(READ | IN, TRANSFER.bulk, PACKET_BYTES),
  endpointDescriptor(WRITE, TRANSFER.bulk, PACKET_BYTES),
]);

function attach(port: UsbPort, instrument: Instrument): UsbFunction {
  const fifo = createSerialFifo(port, READ, packPlain);
  const detached = instrument.connect({ write: fifo.push, disconnect: port.disconnect });
  let coding = Uint8Array.from(LINE_CODING);
  return {
    control: ({ requestType, request }, data) => {
      if ((requestType & IN) !== 0) return request === GET_LINE_CODING ? coding : null;
      if (request === SET_LINE_CODING) coding = Uint8Array.from(data);
      return ACCEPTED;
    },
    receive: (endpoint, bytes) => {
      if (endpoint === WRITE) instrument.receive(bytes);
    },
    demanded: (endpoint) => {
      if (endpoint === READ) fifo.pump();
    },
    detached,
  };
}

export function createCdcAcmModel(identity: UsbIdentity, instrument: Instrument): UsbDeviceModel {
  return {
    identity,
    release: 0x0100,
    speed: SPEED.full,
    deviceClass: [CLASS.miscellaneous, 0x02, 0x01],
    configuration: CONFIGURATION,
    keptBytes: PACKET_BYTES * 1024,
    attach: (port) => attach(port, instrument),
    stop: instrument.stop,
  };
}
