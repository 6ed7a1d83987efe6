import type { EmulatorDefinition } from '../definition.ts';
import { createGdxSpr, GDXSPR_SERIAL } from './emulator.ts';
import { GDXSPR_FAULTS } from './faults.ts';
import { REPORT_BYTES } from './reports.ts';

export const gdxspr: EmulatorDefinition = {
  name: 'gdxspr',
  adapterId: 'vernier.gdx-spr',
  summary: 'Vernier Go Direct spirometer: flow and volume, one forced expiration each 20 s',
  variants: ['normal', 'wide', 'single'],
  wire: () => ({
    kind: 'hid',
    usagePage: 0xff00,
    usage: 1,
    inputReportBytes: REPORT_BYTES,
    outputReportBytes: REPORT_BYTES,
    featureReportBytes: 0,
  }),
  usb: () => ({
    vendorId: 0x08f7,
    productId: 0x0010,
    manufacturer: 'Vernier Software & Technology',
    product: `GDX-SPR ${GDXSPR_SERIAL}`,
    serialNumber: GDXSPR_SERIAL,
  }),
  faults: GDXSPR_FAULTS,
  create: createGdxSpr,
};
