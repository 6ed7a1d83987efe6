import type { EmulatorDefinition } from '../definition.ts';
import { createContour } from './emulator.ts';
import { CONTOUR_FAULTS } from './faults.ts';
import { REPORT_BYTES } from './frame.ts';
import { CONTOUR_SERIAL } from './records.ts';

export const contour: EmulatorDefinition = {
  name: 'contour',
  adapterId: 'ascensia.contour-next',
  summary: 'Contour Next glucose meter: stored results over ASTM frames; mmol, continued records',
  variants: ['mgdl', 'mmol', 'continued'],
  wire: () => ({
    kind: 'hid',
    usagePage: 0xff00,
    usage: 1,
    inputReportBytes: REPORT_BYTES,
    outputReportBytes: REPORT_BYTES,
    featureReportBytes: 0,
  }),
  usb: () => ({
    vendorId: 0x1a79,
    productId: 0x7350,
    manufacturer: 'Bayer',
    product: 'Contour Next',
    serialNumber: CONTOUR_SERIAL,
  }),
  faults: CONTOUR_FAULTS,
  create: createContour,
};
