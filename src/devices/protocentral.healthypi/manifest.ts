import type { Lead } from '../../contracts/devices.ts';
import type { BlockUnit } from '../../contracts/sampleBlock.ts';
import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

/** Longest stillness of a living ECG: an asystole is the physician's to see, not ours to hide. */
const ECG_FROZEN_MS = 10_000;
const PLETH_FROZEN_MS = 5_000;

/** Two or three electrodes of which the board does not say where they are. */
const ONE_LEAD: readonly Lead[] = [
  { name: 'ECG', code: 'MDC_ECG_ELEC_POTL', derived: false, terms: [{ channel: 0, weight: 1 }] },
];

const lead = (name: string, derived: boolean, terms: readonly (readonly [number, number])[]) => ({
  name,
  code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
  derived,
  terms: terms.map(([channel, weight]) => ({ channel, weight })),
});

/** healthypi-6-fw docs/HP6_DATA_FORMAT.md section 4: I = LA - RA, II = LL - RA, V1; rest derived. */
const V6_LEADS: readonly Lead[] = [
  lead('I', false, [[0, 1]]),
  lead('II', false, [[1, 1]]),
  lead('III', true, [
    [0, -1],
    [1, 1],
  ]),
  lead('aVR', true, [
    [0, -0.5],
    [1, -0.5],
  ]),
  lead('aVL', true, [
    [0, 1],
    [1, -0.5],
  ]),
  lead('aVF', true, [
    [0, -0.5],
    [1, 1],
  ]),
  lead('V1', false, [[2, 1]]),
];

const channels = (unit: BlockUnit, ...names: string[]): StreamSpec['channels'] =>
  names.map((name, code) => ({ code, name, unit }));

function oneLeadEcg(rateHz: number, unit: BlockUnit): StreamSpec {
  return {
    name: 'ecg',
    kind: 'ecg',
    rateHz,
    channels: channels(unit, 'ECG'),
    leads: ONE_LEAD,
    frozenMs: ECG_FROZEN_MS,
  };
}

function pleth(rateHz: number): StreamSpec {
  return {
    name: 'pleth',
    kind: 'pleth',
    rateHz,
    channels: channels('count', 'red', 'infrared'),
    leads: [],
    frozenMs: PLETH_FROZEN_MS,
  };
}

function respiration(rateHz: number, unit: BlockUnit): StreamSpec {
  return {
    name: 'respiration',
    kind: 'respiration',
    rateHz,
    channels: channels(unit, 'respiration'),
    leads: [],
  };
}

/**
 * v4 and 5 do not say what a count of their ECG is: uV only with a scale from a 1 mV calibration.
 * @param calibrated the stream's own scale is known.
 */
export function v4Streams(calibrated: boolean): readonly StreamSpec[] {
  return [oneLeadEcg(125, calibrated ? 'uV' : 'count'), respiration(125, 'count'), pleth(125)];
}

export function v5Streams(calibrated: boolean): readonly StreamSpec[] {
  return [
    oneLeadEcg(128, calibrated ? 'uV' : 'count'),
    {
      name: 'bioimpedance',
      kind: 'bioimpedance',
      rateHz: 64,
      channels: channels('count', 'bioimpedance'),
      leads: [],
    },
    pleth(128),
  ];
}

export const V6_STREAMS: readonly StreamSpec[] = [
  {
    name: 'ecg',
    kind: 'ecg',
    rateHz: 500,
    channels: channels('uV', 'I', 'II', 'V1'),
    leads: V6_LEADS,
    frozenMs: ECG_FROZEN_MS,
  },
  respiration(500, 'uV'),
  pleth(250),
];

export type Variant = 'v4' | 'v5' | 'v6';

/** What each calls itself; the identity's model tells which one it is. */
export const MODELS: Readonly<Record<Variant, string>> = {
  v4: 'HealthyPi v4',
  v5: 'HealthyPi 5',
  v6: 'HealthyPi 6',
};

/** Key of the ECG's scale in a calibration record: `<stream>/<channel>`. */
export const ECG_SCALE = 'ecg/0';

/** v4 is the slowest: 125 frames of 27 bytes. */
const V4_BYTES_PER_SECOND = 125 * 27;

/*
 * The three share a family, not a format: probing believes whichever it hears. HealthyPi 6 streams
 * on its first port, unasked only where its firmware is built so (STREAM_AUTO_ON_CONNECT); release
 * 1.0.0 waits for `stream_start` on its second port, which this adapter does not speak.
 */
export const HEALTHYPI_MANIFEST: AdapterManifest = {
  adapterId: 'protocentral.healthypi',
  adapterVersion: '1.0.0',
  manufacturer: 'ProtoCentral',
  model: 'HealthyPi',
  kind: 'vitals',
  wires: [
    { kind: 'serial', name: 'v4', baudRate: 115_200 },
    // USB CDC: the rate is told to the device and means nothing on the wire.
    { kind: 'serial', name: 'v5', baudRate: 115_200 },
    { kind: 'serial', name: 'v6', baudRate: 921_600 },
  ],
  fingerprints: [
    {
      transport: 'serial',
      vendorId: '10c4',
      productId: 'ea60',
      manufacturerHints: ['silicon labs'],
      wire: 'v4',
      // The bridge of many products: only listening proves a HealthyPi.
      seen: 'HealthyPi v4 (CP2104 bridge): /dev/ttyUSB0',
    },
    {
      transport: 'serial',
      vendorId: '1209',
      productId: 'ff90',
      manufacturerHints: ['protocentral'],
      productHints: ['healthypi'],
      wire: 'v5',
      seen: 'HealthyPi 5 (pid.codes): /dev/ttyACM0',
    },
    {
      transport: 'serial',
      vendorId: '1209',
      productId: 'ff91',
      manufacturerHints: ['protocentral'],
      productHints: ['healthypi'],
      wire: 'v6',
      seen: 'HealthyPi 6, first of two ports: /dev/ttyACM0',
    },
    {
      transport: 'serial',
      vendorId: '2fe3',
      productId: '0100',
      productHints: ['healthypi'],
      wire: 'v6',
      // Zephyr's sample vendor id: shared by every development board of that system.
      seen: 'HealthyPi 6, development build: /dev/ttyACM0',
    },
  ],
  streams: [...v4Streams(false), ...v5Streams(false), ...V6_STREAMS],
  measurements: [
    { name: 'heartRate', lowest: 20, highest: 300 },
    { name: 'pulseRate', lowest: 20, highest: 300 },
    { name: 'respirationRate', lowest: 2, highest: 90 },
    { name: 'spo2', lowest: 40, highest: 100 },
    { name: 'skinTemperature', lowest: 15, highest: 45 },
  ],
  capabilities: [],
  caveats: ['noChecksum', 'dummyPressure', 'skinTemperature', 'relativeScale', 'notMedical'],
  listensOnly: true,
  quietMs: 500,
  silentMs: 2_000,
  replay: { bytesPerSecond: V4_BYTES_PER_SECOND, replyTerminator: null },
  sources: [
    'https://github.com/Protocentral/protocentral_healthypi_v4',
    'https://github.com/Protocentral/protocentral_healthypi5_zephyr (app/src/data_module.c)',
    'https://github.com/Protocentral/healthypi_studio (docs/PROTOCOL_REFERENCE.md)',
    'https://github.com/Protocentral/healthypi-6-fw (docs/HP6_DATA_FORMAT.md)',
  ],
};
