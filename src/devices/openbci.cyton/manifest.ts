import type { Lead } from '../../contracts/devices.ts';
import type { AdapterManifest, StreamSpec } from '../_sdk/adapter.ts';

/*
 * Electrodes: the common reference (SRB2) is the right arm, so that each channel measures
 * electrode - RA. Channel 0 = left arm, 1 = left leg, 2..7 = V1..V6; the right leg is on the bias
 * drive. The board has no Wilson terminal, but WCT - RA = (I + II) / 3.
 */
const LEFT_ARM = 0;
const LEFT_LEG = 1;
const FIRST_CHEST = 2;
const THIRD = 1 / 3;

const ELECTRODES = ['LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

function limbLead(name: string, derived: boolean, leftArm: number, leftLeg: number): Lead {
  const terms = [
    { channel: LEFT_ARM, weight: leftArm },
    { channel: LEFT_LEG, weight: leftLeg },
  ].filter((term) => term.weight !== 0);
  return { name, code: `MDC_ECG_LEAD_${name.toUpperCase()}`, derived, terms };
}

function chestLead(number: number): Lead {
  return {
    name: `V${number}`,
    code: `MDC_ECG_LEAD_V${number}`,
    derived: false,
    terms: [
      { channel: FIRST_CHEST + number - 1, weight: 1 },
      { channel: LEFT_ARM, weight: -THIRD },
      { channel: LEFT_LEG, weight: -THIRD },
    ],
  };
}

/** Lead codes: IEEE 11073-10101 annex A.4 (MDC_ECG_LEAD_*). Equations: Einthoven and Goldberger. */
export const CYTON_LEADS: readonly Lead[] = [
  limbLead('I', false, 1, 0),
  limbLead('II', false, 0, 1),
  limbLead('III', true, -1, 1),
  limbLead('aVR', true, -0.5, -0.5),
  limbLead('aVL', true, 1, -0.5),
  limbLead('aVF', true, -0.5, 1),
  ...[1, 2, 3, 4, 5, 6].map(chestLead),
];

export const CYTON_STREAM: StreamSpec = {
  name: 'ecg',
  kind: 'ecg',
  rateHz: 250,
  channels: ELECTRODES.map((name, code) => ({ code, name, unit: 'uV' })),
  leads: CYTON_LEADS,
  // At 22 nV a count even a shorted input is never still.
  frozenMs: 2_000,
};

/** Source of every figure: docs.openbci.com, "Cyton Data Format" and "Cyton Board SDK". */
export const CYTON_MANIFEST: AdapterManifest = {
  adapterId: 'openbci.cyton',
  adapterVersion: '1.0.0',
  manufacturer: 'OpenBCI',
  model: 'Cyton 8 channels',
  kind: 'ecg',
  wires: [{ kind: 'serial', name: 'dongle', baudRate: 115_200 }],
  fingerprints: [
    // Many products carry this bridge chip: only the probe proves a Cyton.
    {
      transport: 'serial',
      vendorId: '0403',
      productId: '6015',
      manufacturerHints: ['ftdi'],
      seen: 'FT231X of the OpenBCI dongle, /dev/serial/by-id/usb-FTDI_FT231X_USB_UART_*-if00-port0',
    },
  ],
  streams: [CYTON_STREAM],
  // A dry electrode has up to a megohm; beyond ten it does not hold.
  measurements: [{ name: 'electrodeImpedance', lowest: 0, highest: 10_000 }],
  capabilities: ['testSignal', 'channel', 'impedance'],
  caveats: ['noChecksum', 'notMedical'],
  listensOnly: false,
  quietMs: 500,
  silentMs: 2_000,
  replay: { bytesPerSecond: 250 * 33, replyTerminator: '$$$' },
  sources: [
    'docs.openbci.com: Cyton Data Format, Cyton Board SDK',
    'github.com/brainflow-dev/brainflow: src/board_controller/openbci',
    'npm @openbci/utilities 1.0.0 (MIT), development only',
  ],
};
