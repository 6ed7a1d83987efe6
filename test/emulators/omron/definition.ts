import type { EmulatorDefinition } from '../definition.ts';
import { createOmron } from './emulator.ts';
import { OMRON_FAULTS } from './faults.ts';
import { REPORT_BYTES } from './protocol.ts';

export const omron: EmulatorDefinition = {
  name: 'omron',
  adapterId: 'omron.hem790it',
  summary: 'Omron HEM-790IT blood pressure monitor: two memories of stored readings',
  variants: [],
  wire: () => ({
    kind: 'hid',
    usagePage: 0xff00,
    usage: 1,
    inputReportBytes: REPORT_BYTES,
    outputReportBytes: REPORT_BYTES,
    featureReportBytes: 2,
  }),
  usb: () => ({
    vendorId: 0x0590,
    productId: 0x0028,
    manufacturer: 'Omron',
    product: 'HEM-790IT',
    serialNumber: '',
  }),
  faults: OMRON_FAULTS,
  create: createOmron,
};
