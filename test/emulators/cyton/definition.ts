import type { EmulatorDefinition, FaultPlan, FaultTable } from '../definition.ts';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../ecg/dynamicalModel.ts';
import { createCytonEmulator } from './emulator.ts';
import { CYTON_FAULTS, type CytonFaultPlan, ELECTRODES } from './faults.ts';

const V3_NUMBER = 6;

/** The table of faults has numbers only: the electrode of `lead-off` is one of these, from 1. */
const NUMBERED_FAULTS: FaultTable = {
  ...CYTON_FAULTS,
  'lead-off': {
    value: V3_NUMBER,
    meaning: `electrode number VALUE of ${ELECTRODES.join(', ')} is off: at the rail`,
  },
};

function planOf(numbers: FaultPlan): CytonFaultPlan {
  const { 'lead-off': number, ...rest } = numbers;
  const electrode = number === undefined ? undefined : ELECTRODES[number - 1];
  return electrode === undefined ? rest : { ...rest, 'lead-off': electrode };
}

export const cyton: EmulatorDefinition = {
  name: 'cyton',
  adapterId: 'openbci.cyton',
  summary: 'ECG, eight channels at 250 Hz',
  variants: [],
  wire: () => ({ kind: 'serial', bridge: 'ftdi' }),
  usb: () => ({
    vendorId: 0x0403,
    productId: 0x6015,
    manufacturer: 'FTDI',
    product: 'FT231X USB UART',
    serialNumber: 'DM00EMUL',
  }),
  faults: NUMBERED_FAULTS,
  create: ({ faults = {}, seed = 1 }) =>
    createCytonEmulator({
      source: createEcgModel({ ...DEFAULT_ECG_MODEL, seed }),
      seed,
      faults: planOf(faults),
    }),
};
