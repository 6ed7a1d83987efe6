import type { EmulatorDefinition } from '../definition.ts';
import { createSp10Emulator, SP10_FAULTS } from './emulator.ts';

export const sp10: EmulatorDefinition = {
  name: 'sp10',
  adapterId: 'contec.sp10',
  summary: 'spirometer with stored efforts and curves (cable assumed to carry the Bluetooth bytes)',
  variants: [],
  wire: () => ({ kind: 'serial', bridge: 'cp210x' }),
  usb: () => ({
    vendorId: 0x10c4,
    productId: 0xea60,
    manufacturer: 'Silicon Labs',
    product: 'CP2102 USB to UART Bridge Controller',
    serialNumber: 'SP100001',
  }),
  faults: SP10_FAULTS,
  create: ({ faults = {}, seed = 1 }) => createSp10Emulator({ faults, seed }),
};
