import type { EmulatorDefinition } from '../definition.ts';
import { CMS50D_FAULTS } from './faults.ts';
import { createNewCms50d } from './newEmulator.ts';
import { createOldCms50d } from './oldEmulator.ts';

/**
 * `old` (up to 4.5, 19200 baud 8O1) speaks unasked, `v7` (from 4.6, 115200 baud 8N1) when asked, and
 * `v7-pi` measures the perfusion index as well.
 */
export const cms50d: EmulatorDefinition = {
  name: 'cms50d',
  adapterId: 'contec.cms50d',
  summary: 'pulse oximeter with stored sessions: old unsolicited wire, or protocol 7',
  variants: ['old', 'v7', 'v7-pi'],
  wire: () => ({ kind: 'serial', bridge: 'cp210x' }),
  usb: () => ({
    vendorId: 0x10c4,
    productId: 0xea60,
    manufacturer: 'Silicon Labs',
    product: 'CP2102 USB to UART Bridge Controller',
    serialNumber: '0001',
  }),
  faults: CMS50D_FAULTS,
  create: ({ variant = 'old', faults = {}, seed = 1 }) =>
    variant === 'old'
      ? createOldCms50d({ faults, seed })
      : createNewCms50d({ faults, seed, hasPerfusion: variant === 'v7-pi' }),
};
