import type { AdapterManifest } from '../_sdk/adapter.ts';

/** ATS/ERS 2019 asks a spirometer for 100 samples a second at least. */
export const RATE_HZ = 100;
export const STREAM_NAME = 'breath';

/**
 * Source of every figure: the vendor's own driver, npm @vernier/godirect 1.8.3 (BSD-3). It is an
 * instrument for teaching: the vendor does not recommend it for diagnosis.
 */
export const GDX_SPR_MANIFEST: AdapterManifest = {
  adapterId: 'vernier.gdx-spr',
  adapterVersion: '1.0.0',
  manufacturer: 'Vernier',
  model: 'Go Direct Spirometer',
  kind: 'spirometer',
  wires: [{ kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 64 }],
  fingerprints: [
    // All Go Direct sensors share these numbers: only the order code tells a spirometer.
    {
      transport: 'hid',
      vendorId: '08f7',
      productId: '0010',
      manufacturerHints: ['vernier'],
      productHints: ['spr', 'spirometer', 'go direct'],
      seen: 'Vernier GDX-SPR, /dev/hidraw0',
    },
  ],
  streams: [
    {
      name: STREAM_NAME,
      kind: 'spirometry',
      rateHz: RATE_HZ,
      channels: [
        { code: 0, name: 'flow', unit: 'litrePerSecond' },
        { code: 1, name: 'volume', unit: 'litre' },
      ],
      leads: [],
    },
  ],
  measurements: [{ name: 'battery', lowest: 0, highest: 100 }],
  capabilities: [],
  caveats: ['notMedical'],
  listensOnly: false,
  quietMs: 500,
  silentMs: 2_000,
  replay: null,
  sources: ['https://www.npmjs.com/package/@vernier/godirect'],
};
