import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';
import { ECG_LEAD_NAMES } from './streams.ts';

/** Roche meters that speak 20601 over USB PHDC: tidepool-org/uploader, lib/core/driverManifests.js. */
const ACCU_CHEK = [
  ['21cf', 'Accu-Chek Aviva Connect'],
  ['21d5', 'Accu-Chek Guide'],
  ['21d6', 'Accu-Chek Guide Me'],
  ['21d7', 'Accu-Chek Instant'],
] as const;

/** USB-IF class code of personal healthcare devices (USB PHDC 1.0, 5.1). */
const PERSONAL_HEALTHCARE = 0x0f;

const FINGERPRINTS: readonly Fingerprint[] = [
  ...ACCU_CHEK.map(([productId, product]) => ({
    transport: 'usb' as const,
    vendorId: '173a',
    productId,
    interfaceClass: PERSONAL_HEALTHCARE,
    seen: `${product}, libusb bus path such as 1-1.2; not seen on a system by this project`,
  })),
  {
    transport: 'usb',
    interfaceClass: PERSONAL_HEALTHCARE,
    seen: 'any USB PHDC device; libusb bus path such as 1-1.2',
  },
];

/** Of a living person's glucose in mmol/L, which the table of measurements tells in mg/dL only. */
export const GLUCOSE_MMOL = { lowest: 0.5, highest: 55 } as const;

/** Bounds are those of living persons in the unit of each value; they only mark, never delete. */
export const PHDC_MANIFEST: AdapterManifest = {
  adapterId: 'ieee11073.phdc',
  adapterVersion: '1.0.0',
  manufacturer: 'IEEE 11073-20601',
  model: 'USB personal health device',
  kind: 'health',
  wires: [
    {
      kind: 'usb',
      name: 'phdc',
      interfaceClass: PERSONAL_HEALTHCARE,
      interfaceSubclass: 0,
      interfaceProtocol: 0,
      // A whole number of packets, and above the longest APDU, so that too long a one is seen as such.
      transferBytes: 65_536,
    },
  ],
  fingerprints: FINGERPRINTS,
  streams: [
    {
      // Rate, leads and their order are the agent's own: `SampleSource.streams` tells them.
      name: 'ecg',
      kind: 'ecg',
      rateHz: 250,
      channels: ECG_LEAD_NAMES.map((name, code) => ({ code, name, unit: 'uV' })),
      leads: [],
    },
    {
      name: 'pleth',
      kind: 'pleth',
      rateHz: 75,
      channels: [{ code: 0, name: '19380', unit: 'count' }],
      leads: [],
    },
  ],
  measurements: [
    { name: 'spo2', lowest: 0, highest: 100 },
    { name: 'pulseRate', lowest: 20, highest: 300 },
    { name: 'cuffPulseRate', lowest: 20, highest: 300 },
    { name: 'heartRate', lowest: 20, highest: 300 },
    { name: 'perfusionIndex', lowest: 0, highest: 30 },
    { name: 'respirationRate', lowest: 1, highest: 100 },
    { name: 'systolicPressure', lowest: 40, highest: 300 },
    { name: 'diastolicPressure', lowest: 20, highest: 200 },
    { name: 'meanPressure', lowest: 25, highest: 250 },
    { name: 'bodyTemperature', lowest: 25, highest: 45 },
    { name: 'skinTemperature', lowest: 5, highest: 45 },
    { name: 'bodyWeight', lowest: 1, highest: 400 },
    { name: 'bodyHeight', lowest: 30, highest: 250 },
    { name: 'bodyMassIndex', lowest: 5, highest: 120 },
    // mg/dL; GLUCOSE_MMOL is the same in the other unit.
    { name: 'glucose', lowest: 10, highest: 1000 },
    { name: 'peakFlow', lowest: 20, highest: 1000 },
    { name: 'fev1', lowest: 0.1, highest: 9 },
    { name: 'fev6', lowest: 0.1, highest: 10 },
    { name: 'battery', lowest: 0, highest: 100 },
  ],
  capabilities: ['download', 'clear', 'setClock'],
  caveats: ['noChecksum'],
  listensOnly: false,
  // An agent speaks when it has something.
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: [
    'ISO/IEEE 11073-20601 (annex H examples, as in github.com/signove/antidote, tests/resources/apdu)',
    'USB Device Class Definition for Personal Healthcare Devices 1.0',
    'github.com/tidepool-org/uploader, lib/drivers/roche/accuChekUSB.js',
  ],
};
