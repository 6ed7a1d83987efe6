import { cms50d } from '../emulators/cms50d/definition.ts';
import { contour } from '../emulators/contour/definition.ts';
import { cyton } from '../emulators/cyton/definition.ts';
import type { EmulatorDefinition } from '../emulators/definition.ts';
import { gdxspr } from '../emulators/gdxspr/definition.ts';
import { healthypi } from '../emulators/healthypi/definition.ts';
import { hidscale } from '../emulators/hidscale/definition.ts';
import { omron } from '../emulators/omron/definition.ts';
import { phdc } from '../emulators/phdc/definition.ts';
import { type CameraOptions, createCamera } from './exporter/camera/camera.ts';

/** One device of each class that Chariot speaks to. */
export const INSTRUMENTS = {
  serial: cyton,
  hid: gdxspr,
  phdc,
} as const satisfies Record<string, EmulatorDefinition>;

export const BUSES = { serial: '1-1', hid: '1-2', phdc: '1-3', camera: '1-4' } as const;

/** One after the other: each through the driver and the library that a cart would use. */
export type Other = {
  readonly definition: EmulatorDefinition;
  readonly variant?: string;
  readonly busId: string;
  readonly driver: string;
};

export const OTHERS: readonly Other[] = [
  { definition: omron, busId: '2-1', driver: 'usbhid, feature reports' },
  { definition: contour, busId: '2-2', driver: 'usbhid' },
  { definition: hidscale, busId: '2-3', driver: 'usbhid, numbered reports' },
  { definition: phdc, variant: 'bloodpressure', busId: '2-4', driver: 'usbfs' },
  { definition: cms50d, variant: 'old', busId: '2-5', driver: 'cp210x, odd parity' },
  { definition: healthypi, variant: 'v5', busId: '2-6', driver: 'cdc_acm' },
];

export const CAMERA: CameraOptions = {
  identity: {
    vendorId: 0x1209,
    productId: 0x0009,
    manufacturer: 'Emulated',
    product: 'Emulated dermatoscope',
    serialNumber: 'CAMERA-1',
  },
  frames: [
    { width: 640, height: 480, rate: 15 },
    { width: 1280, height: 720, rate: 5 },
  ],
  buttonPolarity: 'pressed-is-1',
};

export const createTestCamera = () => createCamera(CAMERA);
