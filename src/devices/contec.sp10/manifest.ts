import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

/**
 * The forced exhalation as the spirometer stored it. Its points are not evenly spaced: the first
 * channel tells when each was taken, `rateHz` is nominal only.
 */
export const CURVE: StreamSpec = {
  name: 'curve',
  kind: 'spirometry',
  rateHz: 100,
  channels: [
    { code: 0, name: 'time', unit: 'second' },
    { code: 1, name: 'flow', unit: 'litrePerSecond' },
    { code: 2, name: 'volume', unit: 'litre' },
  ],
  leads: [],
  storedOnly: true,
};

/**
 * Source of every figure: github.com/tikhonp/contec-spirometer-ios-app, which speaks to the device
 * by Bluetooth. That its serial port carries the same frames is an assumption that nobody has
 * published a check of: caveat `unverifiedFraming`.
 */
export const SP10_MANIFEST: AdapterManifest = {
  adapterId: 'contec.sp10',
  adapterVersion: '1.0.0',
  manufacturer: 'Contec',
  model: 'SP10 / SP80B',
  kind: 'spirometer',
  // No source names the baud rate either: this one is that of the maker's later oximeters.
  wires: [{ kind: 'serial', name: 'assumed-115200', baudRate: 115_200 }],
  fingerprints: [
    // CP2102 as in the maker's oximeters. Many products carry this chip: only the probe tells.
    {
      transport: 'serial',
      vendorId: '10c4',
      productId: 'ea60',
      productHints: ['cp210'],
      seen: 'Silicon Labs CP2102 bridge, /dev/ttyUSB0',
    },
  ],
  streams: [CURVE],
  measurements: [
    { name: 'fvc', lowest: 0.1, highest: 9 },
    { name: 'fev05', lowest: 0.05, highest: 8 },
    { name: 'fev1', lowest: 0.05, highest: 8 },
    { name: 'fev1Ratio', lowest: 5, highest: 100 },
    { name: 'fev3', lowest: 0.1, highest: 9 },
    { name: 'fev6', lowest: 0.1, highest: 9 },
    { name: 'peakExpiratoryFlow', lowest: 0.1, highest: 16 },
    { name: 'fef25', lowest: 0.02, highest: 16 },
    { name: 'fef50', lowest: 0.02, highest: 16 },
    { name: 'fef75', lowest: 0.02, highest: 16 },
    { name: 'fef2575', lowest: 0.02, highest: 16 },
    { name: 'peakFlowTime', lowest: 0.01, highest: 5 },
    { name: 'extrapolatedVolume', lowest: 0, highest: 2 },
  ],
  capabilities: ['download', 'clear', 'setClock'],
  caveats: ['unverifiedFraming', 'noChecksum', 'toldByPortOnly'],
  listensOnly: false,
  quietMs: null,
  silentMs: null,
  replay: null,
  sources: ['https://github.com/tikhonp/contec-spirometer-ios-app'],
};
