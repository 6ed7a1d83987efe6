import type { EmulatorDefinition } from '../definition.ts';
import { createHidScale } from './emulator.ts';
import { HID_SCALE_FAULTS } from './faults.ts';

export const hidscale: EmulatorDefinition = {
  name: 'hidscale',
  adapterId: 'generic.hid-scale',
  summary: 'USB HID scale: somebody of 72.4 kg (159.6 lb) steps on it every twelve seconds',
  variants: ['kg', 'lb'],
  wire: () => ({
    kind: 'hid',
    usagePage: 0x8d,
    usage: 0x20,
    reportId: 3,
    inputReportBytes: 5,
    outputReportBytes: 2,
    featureReportBytes: 2,
  }),
  usb: () => ({
    vendorId: 0x0922,
    productId: 0x8003,
    manufacturer: 'DYMO',
    product: 'Scale',
    serialNumber: '',
  }),
  faults: HID_SCALE_FAULTS,
  create: createHidScale,
};
