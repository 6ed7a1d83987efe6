import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

export const RATE_HZ = 75;

export const NONIN_STREAMS: readonly StreamSpec[] = [
  {
    name: 'pleth',
    kind: 'pleth',
    rateHz: RATE_HZ,
    // 8 bits of relative amplitude: the waveform has no unit.
    channels: [{ code: 0, name: 'pleth', unit: 'count' }],
    leads: [],
    frozenMs: 5_000,
  },
];

export const NONIN_MANIFEST: AdapterManifest = {
  adapterId: 'nonin.format2',
  adapterVersion: '1.0.0',
  manufacturer: 'Nonin',
  model: 'Oximeter, serial data format 2',
  kind: 'oximeter',
  wires: [{ kind: 'serial', name: 'format2', baudRate: 9_600 }],
  fingerprints: [
    {
      transport: 'serial',
      vendorId: '1c3d',
      manufacturerHints: ['nonin'],
      seen: 'Nonin oximeter with a USB cable of its own: /dev/ttyUSB0',
    },
    {
      transport: 'serial',
      vendorId: '0403',
      productId: '6001',
      manufacturerHints: ['ftdi'],
      seen: 'Nonin serial plug in an FT232R adapter cable: /dev/ttyUSB0',
    },
    {
      transport: 'serial',
      vendorId: '067b',
      productId: '2303',
      manufacturerHints: ['prolific'],
      seen: 'Nonin serial plug in a PL2303 adapter cable: /dev/ttyUSB0',
    },
  ],
  streams: NONIN_STREAMS,
  measurements: [
    { name: 'pulseRate', lowest: 18, highest: 321 },
    { name: 'spo2', lowest: 40, highest: 100 },
  ],
  capabilities: [],
  caveats: ['relativeScale', 'toldByPortOnly'],
  listensOnly: true,
  quietMs: 1_000,
  silentMs: 3_000,
  replay: { bytesPerSecond: RATE_HZ * 5, replyTerminator: null },
  sources: ['https://github.com/mdpnp/mdpnp (devices/nonin: Packet.java, Status.java)'],
};
