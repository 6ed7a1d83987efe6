import type { EmulatorDefinition, UsbIdentity } from '../definition.ts';
import { HEALTHYPI_FAULTS } from './faults.ts';
import { createHealthyPiSix } from './sixBoard.ts';
import { createSmallHealthyPi } from './smallBoards.ts';

const BRIDGED: UsbIdentity = {
  vendorId: 0x10c4,
  productId: 0xea60,
  manufacturer: 'Silicon Labs',
  product: 'CP2102N USB to UART Bridge Controller',
  serialNumber: 'HPI40001',
};
const OWN = { vendorId: 0x1209, manufacturer: 'ProtoCentral' } as const;
const V5: UsbIdentity = {
  ...OWN,
  productId: 0xff90,
  product: 'HealthyPi 5',
  serialNumber: 'HPI50001',
};
const V6: UsbIdentity = {
  ...OWN,
  productId: 0xff91,
  product: 'HealthyPi 6',
  serialNumber: 'HPI60001',
};

export const healthypi: EmulatorDefinition = {
  name: 'healthypi',
  adapterId: 'protocentral.healthypi',
  summary: 'ECG, respiration, pleth, SpO2 and temperature; boards v4, v5 and 6',
  variants: ['v4', 'v5', 'v6'],
  wire: (variant = 'v4') => ({ kind: 'serial', bridge: variant === 'v4' ? 'cp210x' : 'cdc-acm' }),
  usb: (variant = 'v4') => {
    if (variant === 'v4') return BRIDGED;
    return variant === 'v5' ? V5 : V6;
  },
  faults: HEALTHYPI_FAULTS,
  create: ({ variant = 'v4', faults = {}, seed = 1 }) => {
    if (variant === 'v6') return createHealthyPiSix({ faults, seed });
    return createSmallHealthyPi({ board: variant === 'v5' ? 'v5' : 'v4', faults, seed });
  },
};
