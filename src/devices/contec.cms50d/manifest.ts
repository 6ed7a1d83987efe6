import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

export const RATE_HZ = 60;

const PLETH: StreamSpec = {
  name: 'pleth',
  kind: 'pleth',
  rateHz: RATE_HZ,
  // 7 bits of relative amplitude: the waveform has no unit.
  channels: [{ code: 0, name: 'pleth', unit: 'count' }],
  leads: [],
  frozenMs: 5_000,
};

const SPO2 = { code: 0, name: 'spo2', unit: 'percent' } as const;
const PULSE = { code: 1, name: 'pulseRate', unit: 'perMinute' } as const;
const PERFUSION = { code: 2, name: 'perfusionIndex', unit: 'percent' } as const;

/** A stored session: one value a second, without any time of day. */
const TREND = { name: 'trend', kind: 'trend', rateHz: 1, leads: [], storedOnly: true } as const;

export const LIVE = 0;
export const STORED = 1;
export const OLD_STREAMS: readonly StreamSpec[] = [PLETH, { ...TREND, channels: [SPO2, PULSE] }];
export const NEW_STREAMS: readonly StreamSpec[] = [
  PLETH,
  { ...TREND, channels: [SPO2, PULSE, PERFUSION] },
];

/** What the device is called by the protocol that it speaks: it has no name of its own. */
export const OLD_MODEL = 'CMS50D+ (protocol v4.5 or older)';
export const NEW_MODEL = 'CMS50D+ (protocol v4.6 or v7)';

/*
 * Public programs open both wires with xon/xoff. Bytes 11 and 13 are valid samples here, so flow
 * control must be off: the serial transport never turns it on.
 */
export const CMS50D_MANIFEST: AdapterManifest = {
  adapterId: 'contec.cms50d',
  adapterVersion: '1.0.0',
  manufacturer: 'Contec',
  model: 'CMS50D+',
  kind: 'oximeter',
  wires: [
    { kind: 'serial', name: 'old', baudRate: 19_200, parity: 'odd' },
    { kind: 'serial', name: 'v7', baudRate: 115_200 },
  ],
  fingerprints: [
    {
      transport: 'serial',
      vendorId: '10c4',
      productId: 'ea60',
      manufacturerHints: ['silicon labs'],
      productHints: ['cp210'],
      // The bridge of many products: only the probe proves a CMS50D+.
      seen: 'CMS50D+ and CMS50E/F with their CP2102 cable: /dev/ttyUSB0',
    },
  ],
  streams: [...OLD_STREAMS, ...NEW_STREAMS.slice(STORED)],
  measurements: [
    { name: 'spo2', lowest: 40, highest: 100 },
    { name: 'pulseRate', lowest: 20, highest: 250 },
    { name: 'perfusionIndex', lowest: 0, highest: 30 },
  ],
  capabilities: ['download'],
  caveats: ['noChecksum', 'relativeScale', 'toldByPortOnly'],
  listensOnly: false,
  quietMs: 1_000,
  silentMs: 3_000,
  replay: { bytesPerSecond: RATE_HZ * 5, replyTerminator: null },
  sources: [
    'https://github.com/atbrask/CMS50Dplus (19200 baud)',
    'https://github.com/timegrid/CMS50Dplus7 (115200 baud)',
    'https://github.com/tobac/cms50ew (length of a stored session)',
  ],
};
