import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';

/** Pedals of these makers are keyboards whose keys the owner chose: any key is a press. */
const PEDALS: readonly (readonly [vendorId: string, productId: string, name: string])[] = [
  ['0c45', '7403', 'PCsensor FootSwitch'],
  ['0c45', '7404', 'PCsensor FootSwitch FS1-P'],
  ['413d', '2107', 'PCsensor FootSwitch'],
  ['1a86', 'e026', 'PCsensor FootSwitch'],
  ['3553', 'b001', 'PCsensor FootSwitch'],
  ['3553', 'c010', 'PCsensor FootSwitch'],
  ['0426', '3011', 'Scythe USB foot switch'],
  ['055a', '0998', 'Scythe USB foot switch II'],
];

const fingerprints = PEDALS.flatMap(([vendorId, productId, name]): Fingerprint[] => [
  {
    transport: 'input',
    vendorId,
    productId,
    seen: `${name}, /dev/input/by-id/usb-*-event-kbd`,
  },
  { transport: 'hid', vendorId, productId, seen: `${name}, /dev/hidraw0` },
]);

/**
 * A foot pedal takes the picture while both hands hold the instrument. The keys that it types also
 * reach the window in front; Windows and macOS keep keyboards to themselves, and there only that way
 * is left.
 */
export const PEDAL_MANIFEST: AdapterManifest = {
  adapterId: 'generic.pedal',
  adapterVersion: '1.0.0',
  manufacturer: 'USB HID',
  model: 'Foot pedal',
  kind: 'pedal',
  wires: [
    { kind: 'input', name: 'keys' },
    { kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 0 },
  ],
  fingerprints,
  streams: [],
  measurements: [],
  capabilities: [],
  caveats: [],
  listensOnly: true,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: [
    'USB-IF: Device Class Definition for HID 1.11; HID Usage Tables',
    'github.com/rgerganov/footswitch: 19-footswitch.rules; linux-usb.org/usb.ids, 2025.07',
  ],
};
