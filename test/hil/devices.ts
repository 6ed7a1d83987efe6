import { cyton } from '../emulators/cyton/definition.ts';
import type { EmulatorDefinition } from '../emulators/definition.ts';
import { gdxspr } from '../emulators/gdxspr/definition.ts';
import { phdc } from '../emulators/phdc/definition.ts';
import { type CameraOptions, createCamera } from './exporter/camera/camera.ts';

/** One device of each class that Chariot speaks to. */
export const INSTRUMENTS = {
  serial: cyton,
  hid: gdxspr,
  phdc,
} as const satisfies Record<string, EmulatorDefinition>;

export const BUSES = { serial: '1-1', hid: '1-2', phdc: '1-3', camera: '1-4' } as const;

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
