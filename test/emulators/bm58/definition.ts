import type { EmulatorDefinition } from '../definition.ts';
import { BM58_FAULTS, createBm58Emulator } from './emulator.ts';

export const bm58: EmulatorDefinition = {
  name: 'bm58',
  adapterId: 'beurer.bm58',
  summary: 'blood pressure monitor with stored readings, serial variant',
  variants: [],
  wire: () => ({ kind: 'serial', bridge: 'ftdi' }),
  // The bridge in the real cable is not documented; this one is a common stand-in.
  usb: () => ({
    vendorId: 0x0403,
    productId: 0x6001,
    manufacturer: 'FTDI',
    product: 'FT232R USB UART',
    serialNumber: 'BM580001',
  }),
  faults: BM58_FAULTS,
  create: ({ faults = {}, seed = 1 }) => createBm58Emulator({ faults, seed }),
};
