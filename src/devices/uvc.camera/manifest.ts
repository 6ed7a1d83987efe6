import { CAMERA_PROFILES } from '../../contracts/cameraProfiles.ts';
import type { AdapterManifest, Fingerprint, Wire } from '../_sdk/adapter.ts';

/** USB-IF: video. */
const VIDEO_CLASS = 0x0e;
const CONTROL_SUBCLASS = 0x01;
/** HID Usage Tables: consumer page, where a snapshot button is usage 65h. */
const CONSUMER_PAGE = 0x0c;

function statusWire(name: string, interfaceProtocol: number): Wire {
  return {
    kind: 'usb',
    name,
    interfaceClass: VIDEO_CLASS,
    interfaceSubclass: CONTROL_SUBCLASS,
    interfaceProtocol,
    transferBytes: 16,
  };
}

/** Wires whose button is released while it is pressed. */
export const INVERTED_WIRES: ReadonlySet<string> = new Set(['keyInverted', 'statusInverted']);

const inverted: Fingerprint[] = CAMERA_PROFILES.filter(
  ({ polarity }) => polarity === 'inverted',
).flatMap(({ name, vendorId, productId }): Fingerprint[] => [
  {
    transport: 'input',
    vendorId,
    productId,
    interfaceClass: VIDEO_CLASS,
    wire: 'keyInverted',
    seen: name,
  },
  {
    transport: 'usb',
    vendorId,
    productId,
    interfaceClass: VIDEO_CLASS,
    wire: 'statusInverted',
    seen: name,
  },
]);

const byHid: Fingerprint[] = CAMERA_PROFILES.map(({ name, vendorId, productId }) => ({
  transport: 'hid',
  vendorId,
  productId,
  usagePage: CONSUMER_PAGE,
  seen: name,
}));

/**
 * The button of a camera; its pictures come through the browser. Linux reads the button itself and
 * gives it as a key, only while somebody takes pictures; the status packets are ours only where no
 * driver has the interface, which on Windows is never and on macOS costs the picture.
 */
export const UVC_CAMERA_MANIFEST: AdapterManifest = {
  adapterId: 'uvc.camera',
  adapterVersion: '1.0.0',
  manufacturer: 'USB Video Class',
  model: 'Camera button',
  kind: 'camera',
  wires: [
    { kind: 'input', name: 'key' },
    { kind: 'input', name: 'keyInverted' },
    { kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 0 },
    statusWire('status', 0),
    statusWire('statusInverted', 0),
    statusWire('status15', 1),
  ],
  fingerprints: [
    {
      transport: 'input',
      interfaceClass: VIDEO_CLASS,
      wire: 'key',
      seen: 'any UVC camera with a button under uvcvideo, /dev/input/by-id/usb-*-event-if00',
    },
    {
      transport: 'usb',
      interfaceClass: VIDEO_CLASS,
      wire: 'status',
      seen: 'any UVC camera that no driver has, /dev/bus/usb/001/004',
    },
    ...inverted,
    ...byHid,
  ],
  streams: [],
  measurements: [],
  capabilities: [],
  caveats: [],
  listensOnly: true,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: [
    'USB-IF: Device Class Definition for Video Devices 1.1 and 1.5, status interrupt endpoint',
    'kernel.org: drivers/media/usb/uvc/uvc_status.c; include/uapi/linux/input-event-codes.h',
    'github.com/ronpik/indmu-dermoscope-button-listener: a button of inverted polarity',
  ],
};
