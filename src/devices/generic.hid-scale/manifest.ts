import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';

/** USB-IF HID Point of Sale Usage Tables 1.02: page Weighing Devices; usage 20h: Scale Device. */
const WEIGHING_DEVICES = 0x8d;
const SCALE_DEVICE = 0x20;
/** There, too: number of the Scale Data Report. */
const DATA_REPORT = 3;

/**
 * Scales for parcels: what is sold with this protocol, and a stand-in for one that persons stand on.
 * Names as github.com/erjiang/usbscale has them (scales.h).
 */
const PARCEL_SCALES: readonly (readonly [productId: string, name: string])[] = [
  ['8003', 'DYMO 1772057 postal scale'],
  ['8004', 'DYMO M25 postal scale'],
  ['8009', 'DYMO S180 shipping scale'],
];

const fingerprints: readonly Fingerprint[] = [
  ...PARCEL_SCALES.map(
    ([productId, name]): Fingerprint => ({
      transport: 'hid',
      vendorId: '0922',
      productId,
      usagePage: WEIGHING_DEVICES,
      seen: `${name}, /dev/hidraw0`,
    }),
  ),
  // Any maker's: the usage page says which protocol is spoken.
  {
    transport: 'hid',
    usagePage: WEIGHING_DEVICES,
    usage: SCALE_DEVICE,
    productHints: ['scale'],
    seen: 'Stamps.com Stainless Steel 5 lb. Digital Scale, /dev/hidraw3',
  },
];

/**
 * A medical scale speaks IEEE 11073 (`ieee11073.phdc`). This one is for scales of the HID standard;
 * all that are known by number weigh parcels, and the model's name says so wherever a value is shown.
 */
export const HID_SCALE_MANIFEST: AdapterManifest = {
  adapterId: 'generic.hid-scale',
  adapterVersion: '1.0.0',
  manufacturer: 'USB HID',
  model: 'Scale (not medical)',
  kind: 'scale',
  wires: [{ kind: 'hid', name: 'hid', reportId: DATA_REPORT, outputReportBytes: 0 }],
  fingerprints,
  streams: [],
  measurements: [{ name: 'bodyWeight', lowest: 1, highest: 400 }],
  capabilities: [],
  // USB guards the report with a CRC of its own (USB 2.0, 8.3.5); inside it there is none.
  caveats: ['noChecksum', 'notMedical'],
  listensOnly: true,
  // Silent while nobody stands on it: some tell changes only, some fall asleep.
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: [
    'https://www.usb.org/sites/default/files/pos1_02.pdf',
    'https://github.com/sanmai/usb-scale-reader',
    'https://github.com/erjiang/usbscale',
  ],
};
