import type { AdapterManifest } from '../_sdk/adapter.ts';

/** Source of every figure: github.com/babo/bm58, bm58.py and bm58-lite.py (one project). */
export const BM58_MANIFEST: AdapterManifest = {
  adapterId: 'beurer.bm58',
  adapterVersion: '1.0.0',
  manufacturer: 'Beurer',
  model: 'BM58',
  kind: 'bloodPressure',
  wires: [{ kind: 'serial', name: 'usb-serial', baudRate: 4800 }],
  // Which bridge its cable carries is not documented: two common ones, and only the probe proves it.
  fingerprints: [
    {
      transport: 'serial',
      vendorId: '067b',
      productId: '2303',
      seen: 'Prolific PL2303 bridge, /dev/ttyUSB0',
    },
    {
      transport: 'serial',
      vendorId: '0403',
      productId: '6001',
      seen: 'FTDI FT232R bridge, /dev/ttyUSB0',
    },
  ],
  streams: [],
  measurements: [
    { name: 'systolicPressure', lowest: 40, highest: 280 },
    { name: 'diastolicPressure', lowest: 20, highest: 200 },
    { name: 'cuffPulseRate', lowest: 20, highest: 250 },
  ],
  capabilities: ['download'],
  caveats: ['noChecksum', 'toldByPortOnly'],
  listensOnly: false,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: ['https://github.com/babo/bm58'],
};
