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
  REQUEST_TYPE,
  type Setup,
  type UsbDeviceModel,
  type UsbFunction,
  type UsbPort,
} from './model.ts';
import { createSerialFifo, type Pack } from './serialFifo.ts';
import { SPEED } from './wire.ts';

/*
 * An FTDI bridge of the FT-X family. Requests and the two status bytes before every 62 of data: the
 * Linux kernel's drivers/usb/serial/ftdi_sio.h.
 */
const READ = 1;
const WRITE = 2;
const PACKET_BYTES = 64;
const STATUS_BYTES = 2;
/** What the kernel takes for an FT-X chip. */
const RELEASE_FTX = 0x1000;
const REQUEST = { reset: 0, modemStatus: 5, readLatency: 10, readEeprom: 0x90 } as const;
const RESET = { both: 0, receive: 1 } as const;
/** Clear to send, data set ready, and the bit that is always set. */
const MODEM_STATUS = 0x31;
/** Transmitter empty. */
const LINE_STATUS = 0x60;
const STATUS = Uint8Array.from([MODEM_STATUS, LINE_STATUS]);
const LATENCY_MS = 16;
const ERASED = Uint8Array.from([0xff, 0xff]);

const packFtdi: Pack = (bytes, room) => {
  const packets: number[] = [];
  let used = 0;
  for (let left = room; left >= PACKET_BYTES && used < bytes.length; left -= PACKET_BYTES) {
    const part = bytes.subarray(used, used + PACKET_BYTES - STATUS_BYTES);
    packets.push(...STATUS, ...part);
    used += part.length;
  }
  return { packet: Uint8Array.from(packets), used };
};

function answer({ requestType, request }: Setup): Uint8Array | null {
  if ((requestType & REQUEST_TYPE.mask) !== REQUEST_TYPE.vendor) return null;
  if ((requestType & IN) === 0) return ACCEPTED;
  if (request === REQUEST.modemStatus) return STATUS;
  if (request === REQUEST.readLatency) return Uint8Array.from([LATENCY_MS]);
  return request === REQUEST.readEeprom ? ERASED : null;
}

function attach(port: UsbPort, instrument: Instrument): UsbFunction {
  const fifo = createSerialFifo(port, READ, packFtdi);
  const detached = instrument.connect({ write: fifo.push, disconnect: port.disconnect });
  return {
    control: (setup) => {
      const purges = setup.value === RESET.both || setup.value === RESET.receive;
      if ((setup.requestType & IN) === 0 && setup.request === REQUEST.reset && purges) fifo.purge();
      return answer(setup);
    },
    receive: (endpoint, bytes) => {
      if (endpoint === WRITE) instrument.receive(bytes);
    },
    demanded: fifo.pump,
    detached,
  };
}

export function createFtdiModel(identity: UsbIdentity, instrument: Instrument): UsbDeviceModel {
  return {
    identity,
    release: RELEASE_FTX,
    speed: SPEED.full,
    deviceClass: [CLASS.perInterface, 0, 0],
    configuration: configuration(1, [
      interfaceDescriptor({ number: 0, endpoints: 2, triple: [CLASS.vendor, 0xff, 0xff] }),
      endpointDescriptor(READ | IN, TRANSFER.bulk, PACKET_BYTES),
      endpointDescriptor(WRITE, TRANSFER.bulk, PACKET_BYTES),
    ]),
    keptBytes: PACKET_BYTES * 1024,
    attach: (port) => attach(port, instrument),
    stop: instrument.stop,
  };
}
