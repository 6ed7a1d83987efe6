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
  type UsbDeviceModel,
  type UsbFunction,
  type UsbPort,
} from './model.ts';
import { SPEED } from './wire.ts';

/* USB Personal Healthcare Device Class 1.0. */
export type PhdcWire = Extract<EmulatedWire, { kind: 'phdc' }>;

const READ = 1;
const WRITE = 2;
const EPISODIC = 3;
const PACKET_BYTES = 64;
const EPISODIC_BYTES = 16;
const EPISODIC_INTERVAL_MS = 10;
const FUNCTION_CLASS = 0x20;
const QUALITY_OF_SERVICE = 0x21;
const METADATA = 0x22;
const FUNCTION_EXTENSION = 0x30;
/** Messages are those of IEEE 11073-20601. */
const DATA_CODE_11073 = 0x02;
const NO_METADATA_PREAMBLE = 0x00;
const QOS_VERSION = 0x01;
/** Latency and reliability as bits, table 8 of the class. */
const QOS = { lowGood: 0x01, mediumBest: 0x08 } as const;
const GET_STATUS = 0x00;
const CLASS_FROM_INTERFACE = 0xa1;
/** A store's segment and what follows it, for a manager that does not read yet. */
const KEPT_BYTES = 256 * 1024;
const NOTHING_WAITING = Uint8Array.from([0, 0]);

function configurationOf(wire: PhdcWire): Uint8Array {
  const codes = wire.specialisations.flatMap(u16);
  return configuration(1, [
    interfaceDescriptor({ number: 0, endpoints: 3, triple: [CLASS.personalHealthcare, 0, 0] }),
    [4, FUNCTION_CLASS, DATA_CODE_11073, NO_METADATA_PREAMBLE],
    [4 + codes.length, FUNCTION_EXTENSION, 0, wire.specialisations.length, ...codes],
    endpointDescriptor(READ | IN, TRANSFER.bulk, PACKET_BYTES),
    [4, QUALITY_OF_SERVICE, QOS_VERSION, QOS.mediumBest],
    // Opaque to hosts that do not know it; here so that a driver meets one.
    [4, METADATA, 0, 0],
    endpointDescriptor(WRITE, TRANSFER.bulk, PACKET_BYTES),
    [4, QUALITY_OF_SERVICE, QOS_VERSION, QOS.mediumBest],
    endpointDescriptor(EPISODIC | IN, TRANSFER.interrupt, EPISODIC_BYTES, EPISODIC_INTERVAL_MS),
    [4, QUALITY_OF_SERVICE, QOS_VERSION, QOS.lowGood],
  ]);
}

/** The agent begins with the first host that listens to it, and asks that one to be associated. */
function attach(port: UsbPort, create: () => Instrument): UsbFunction {
  let agent: { readonly instrument: Instrument; readonly disconnect: () => void } | null = null;
  const begin = (): Instrument => {
    if (agent === null) {
      const instrument = create();
      const wire = {
        write: (bytes: Uint8Array) => port.send(READ, bytes),
        disconnect: port.disconnect,
      };
      agent = { instrument, disconnect: instrument.connect(wire) };
    }
    return agent.instrument;
  };
  return {
    control: (setup) => {
      const answer = agent?.instrument.control({ kind: 'usb', ...setup });
      if (answer !== undefined) return answer;
      const { requestType, request } = setup;
      if (requestType === CLASS_FROM_INTERFACE && request === GET_STATUS) return NOTHING_WAITING;
      const isClass = (requestType & REQUEST_TYPE.mask) === REQUEST_TYPE.class;
      return isClass && (requestType & IN) === 0 ? ACCEPTED : null;
    },
    receive: (endpoint, bytes) => {
      if (endpoint === WRITE) begin().receive(bytes);
    },
    demanded: (endpoint) => {
      if (endpoint === READ) begin();
    },
    detached: () => {
      agent?.disconnect();
      agent?.instrument.stop();
      agent = null;
    },
  };
}

/**
 * @param create an instrument as it is when it gets power: each attachment begins with a new one.
 */
export function createPhdcModel(
  identity: UsbIdentity,
  wire: PhdcWire,
  create: () => Instrument,
): UsbDeviceModel {
  return {
    identity,
    release: 0x0100,
    speed: SPEED.full,
    deviceClass: [CLASS.perInterface, 0, 0],
    configuration: configurationOf(wire),
    keptBytes: KEPT_BYTES,
    attach: (port) => attach(port, create),
    // What is attached is detached before.
    stop: () => undefined,
  };
}
