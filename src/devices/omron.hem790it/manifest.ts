import type { AdapterManifest } from '../_sdk/adapter.ts';

/** Source of every figure: github.com/openyou/libomron, doc/omron_protocol_notes.asciidoc. */
export const HEM790IT_MANIFEST: AdapterManifest = {
  adapterId: 'omron.hem790it',
  adapterVersion: '1.0.0',
  manufacturer: 'Omron',
  model: 'HEM-790IT',
  kind: 'bloodPressure',
  wires: [{ kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 8 }],
  fingerprints: [
    // Omron gave the same numbers to its pedometers (HJ-720IT): only VER tells them apart.
    {
      transport: 'hid',
      vendorId: '0590',
      productId: '0028',
      manufacturerHints: ['omron'],
      productHints: ['omron', '790it', '7080it'],
      seen: 'Omron HEM-790IT / HEM-7080IT, /dev/hidraw0',
    },
  ],
  streams: [],
  measurements: [
    { name: 'systolicPressure', lowest: 40, highest: 280 },
    { name: 'diastolicPressure', lowest: 20, highest: 200 },
    { name: 'cuffPulseRate', lowest: 20, highest: 250 },
  ],
  capabilities: ['download'],
  caveats: ['toldByPortOnly'],
  listensOnly: false,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: ['https://github.com/openyou/libomron/blob/master/doc/omron_protocol_notes.asciidoc'],
};
