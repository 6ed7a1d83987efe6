import type { EmulatorDefinition, EmulatorOptions, UsbIdentity } from '../definition.ts';
import { createAgent } from './agent.ts';
import { PHDC_FAULTS } from './faults.ts';
import { PROFILE } from './nomenclature.ts';
import { bloodPressure, bloodPressureMulti } from './profiles/bloodPressure.ts';
import { ecg } from './profiles/ecg.ts';
import { glucose, glucoseRoche, glucoseStored } from './profiles/glucose.ts';
import { peakFlow, thermometer } from './profiles/others.ts';
import { oximeter, oximeterExtended } from './profiles/oximeter.ts';
import type { ProfileFactory } from './profiles/profile.ts';
import { scale } from './profiles/scale.ts';

type Variant = {
  readonly profile: ProfileFactory;
  readonly specialisation: number;
  readonly usb: { readonly vendorId: number; readonly productId: number };
  readonly product: string;
};

/** 1209:0001 to :000F are set aside for tests by pid.codes; nobody's product has them. */
const TEST_VENDOR = 0x1209;

function made(
  productId: number,
  product: string,
  specialisation: number,
  profile: ProfileFactory,
): Variant {
  return { profile, specialisation, product, usb: { vendorId: TEST_VENDOR, productId } };
}

export const PHDC_VARIANTS: Readonly<Record<string, Variant>> = {
  oximeter: made(0x0001, 'Oximeter', PROFILE.pulseOximeter, oximeter),
  'oximeter-extended': made(0x0002, 'Oximeter extended', PROFILE.pulseOximeter, oximeterExtended),
  bloodpressure: made(0x0003, 'Blood pressure monitor', PROFILE.bloodPressure, bloodPressure),
  'bloodpressure-multi': made(
    0x0004,
    'Blood pressure monitor for two',
    PROFILE.bloodPressure,
    bloodPressureMulti,
  ),
  scale: made(0x0005, 'Weighing scale', PROFILE.scale, scale),
  glucose: made(0x0006, 'Glucometer', PROFILE.glucose, glucose),
  'glucose-stored': made(0x0007, 'Glucometer with store', PROFILE.glucose, glucoseStored),
  'glucose-roche': {
    profile: glucoseRoche,
    specialisation: PROFILE.glucose,
    product: 'Accu-Chek Guide',
    usb: { vendorId: 0x173a, productId: 0x21d5 },
  },
  thermometer: made(0x0008, 'Thermometer', PROFILE.thermometer, thermometer),
  peakflow: made(0x0009, 'Peak flow meter', PROFILE.peakFlow, peakFlow),
  ecg: made(0x000a, 'Basic ECG', PROFILE.ecg, ecg),
};

const SERIAL = '00042';
const DEFAULT_CLOCK_MS = Date.UTC(2026, 10, 22, 8, 30);

function variantOf(name: string | undefined): Variant {
  const found = PHDC_VARIANTS[name ?? 'oximeter'];
  if (found === undefined) throw new Error(`no PHDC variant "${name}"`);
  return found;
}

function identify({ usb, product }: Variant): UsbIdentity {
  const isRoche = usb.vendorId !== TEST_VENDOR;
  const manufacturer = isRoche ? 'Roche' : 'Chariot emulators';
  return { ...usb, manufacturer, product, serialNumber: SERIAL };
}

function create(options: EmulatorOptions) {
  const variant = variantOf(options.variant);
  const clockMs = options.clockMs ?? DEFAULT_CLOCK_MS;
  const profile = variant.profile({ seed: options.seed ?? 1, clockMs });
  const systemId = Uint8Array.of(
    0x11,
    0x22,
    0x33,
    0x44,
    0x55,
    0x66,
    0,
    variant.usb.productId & 0xff,
  );
  return createAgent({
    profile,
    identity: {
      systemId,
      encodingRules: 0xa000,
      functionalUnits: 0,
      dataRequests: [0x0081, 1, profile.pmStore === undefined ? 1 : 0],
    },
    serialNumber: SERIAL,
    clockMs,
    faults: options.faults ?? {},
  });
}

export const phdc: EmulatorDefinition = {
  name: 'phdc',
  adapterId: 'ieee11073.phdc',
  summary: 'IEEE 11073-20601 agents over USB PHDC: oximeter, blood pressure, scale, glucose, ECG',
  variants: Object.keys(PHDC_VARIANTS),
  wire: (variant) => ({ kind: 'phdc', specialisations: [variantOf(variant).specialisation] }),
  usb: (variant) => identify(variantOf(variant)),
  faults: PHDC_FAULTS,
  create,
};
