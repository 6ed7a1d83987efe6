import { DESCRIPTOR, deviceDescriptor, LANGUAGES, stringDescriptor } from './descriptors.ts';
import { ACCEPTED, REQUEST_TYPE, type Setup, type UsbDeviceModel } from './model.ts';

const REQUEST = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;
const FIRST = Uint8Array.from([1]);
const NONE = Uint8Array.from([0]);
const RECIPIENT_DEVICE = 0;

/** No self power, no remote wake-up; endpoints: not halted. */
const NO_STATUS = Uint8Array.from([0, 0]);

/** A function may tell its own status, and takes being asked as a sign of a host; null: it does not. */
export function statusAnswer(setup: Setup, own: () => Uint8Array | null): Uint8Array | undefined {
  const isStandard = (setup.requestType & REQUEST_TYPE.mask) === REQUEST_TYPE.standard;
  if (!isStandard || setup.request !== REQUEST.getStatus) return undefined;
  return own() ?? NO_STATUS;
}

/**
 * Answers what USB 2.0 chapter 9.4 asks of every device. SET_ADDRESS never arrives: the host's side
 * of USB/IP gives addresses itself.
 * @returns undefined when the request is the function's own; null to stall.
 */
export function standardAnswer(model: UsbDeviceModel, setup: Setup): Uint8Array | null | undefined {
  if ((setup.requestType & REQUEST_TYPE.mask) !== REQUEST_TYPE.standard) return undefined;
  if (setup.request === REQUEST.getDescriptor) {
    // Descriptors of an interface, such as a HID report's, belong to its function.
    const ofDevice = (setup.requestType & 0x1f) === RECIPIENT_DEVICE;
    return ofDevice ? descriptor(model, setup.value >> 8, setup.value & 0xff) : undefined;
  }
  switch (setup.request) {
    case REQUEST.getConfiguration:
      return FIRST;
    case REQUEST.getInterface:
      return NONE;
    case REQUEST.setConfiguration:
    case REQUEST.clearFeature:
    case REQUEST.setFeature:
      return ACCEPTED;
    case REQUEST.setInterface:
      // Every interface here has its setting 0 only.
      return setup.value === 0 ? ACCEPTED : null;
    default:
      return null;
  }
}

/** A full-speed device has no qualifier: the request for it must be stalled (9.6.2). */
function descriptor(model: UsbDeviceModel, type: number, index: number): Uint8Array | null {
  const { identity } = model;
  if (type === DESCRIPTOR.device) return deviceDescriptor({ ...identity, ...model });
  if (type === DESCRIPTOR.configuration) return index === 0 ? model.configuration : null;
  if (type !== DESCRIPTOR.string) return null;
  if (index === 0) return LANGUAGES;
  const text = [identity.manufacturer, identity.product, identity.serialNumber][index - 1];
  return text === undefined || text === '' ? null : stringDescriptor(text);
}
