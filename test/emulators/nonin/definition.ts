import type { EmulatorDefinition } from '../definition.ts';
import { createNoninEmulator } from './emulator.ts';
import { NONIN_FAULTS } from './faults.ts';

export const nonin: EmulatorDefinition = {
  name: 'nonin',
  adapterId: 'nonin.format2',
  summary: 'pulse oximeter, serial data format 2, 75 frames a second',
  variants: [],
  wire: () => ({ kind: 'serial', bridge: 'ftdi' }),
  // The oximeter has a serial plug; what the computer sees is any adapter cable.
  usb: () => ({
    vendorId: 0x0403,
    productId: 0x6001,
    manufacturer: 'FTDI',
    product: 'FT232R USB UART',
    serialNumber: 'NONIN0001',
  }),
  faults: NONIN_FAULTS,
  create: ({ faults = {}, seed = 1 }) => createNoninEmulator({ faults, seed }),
};
