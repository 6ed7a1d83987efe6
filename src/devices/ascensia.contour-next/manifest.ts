import type { AdapterManifest, Fingerprint } from '../_sdk/adapter.ts';

const meter = (productId: string, product: string): Fingerprint => ({
  transport: 'hid',
  vendorId: '1a79',
  productId,
  manufacturerHints: ['bayer', 'ascensia'],
  productHints: ['contour'],
  seen: `${product}, /dev/hidraw0`,
});

/** Names of the models by the number that their header tells. */
export const MODEL_NAMES: Readonly<Record<string, string>> = {
  '6200': 'Contour Next Link',
  '6210': 'Contour Next Link 2.4',
  '7350': 'Contour Next',
  '7410': 'Contour Next USB',
};

/** Limits in mg/dL. The meter itself measures 20 to 600 and flags what is beyond. */
export const GLUCOSE_LIMITS = { lowest: 10, highest: 800 } as const;

/**
 * Frames: ASTM E1394-97 and E1381. Reports, flags and header: tidepool-org/uploader,
 * lib/drivers/bayer.
 */
export const CONTOUR_NEXT_MANIFEST: AdapterManifest = {
  adapterId: 'ascensia.contour-next',
  adapterVersion: '1.0.0',
  manufacturer: 'Ascensia',
  model: 'Contour Next',
  kind: 'glucometer',
  wires: [{ kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 64 }],
  fingerprints: [
    meter('7350', 'Contour Next'),
    meter('7410', 'Contour Next USB'),
    meter('6200', 'Contour Next Link'),
    meter('6210', 'Contour Next Link 2.4'),
  ],
  streams: [],
  measurements: [{ name: 'glucose', ...GLUCOSE_LIMITS }],
  capabilities: ['download'],
  caveats: [],
  listensOnly: false,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: [
    'https://github.com/tidepool-org/uploader/tree/develop/lib/drivers/bayer',
    'ASTM E1394-97, ASTM E1381-95',
  ],
};
