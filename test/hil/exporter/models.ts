import type { EmulatorDefinition, EmulatorOptions } from '../../emulators/definition.ts';
import { createCdcAcmModel } from './cdcAcm.ts';
import { createCp210xModel } from './cp210x.ts';
import { createFtdiModel } from './ftdi.ts';
import { createHidModel } from './hid.ts';
import { createInstrument, type Instrument } from './instrument.ts';
import type { UsbDeviceModel } from './model.ts';
import { createPhdcModel } from './phdc.ts';

const SERIAL = {
  ftdi: createFtdiModel,
  cp210x: createCp210xModel,
  'cdc-acm': createCdcAcmModel,
} as const;

/** The USB device that carries an emulated instrument's bytes. Its time runs from here on. */
export function createModel(
  definition: EmulatorDefinition,
  options: EmulatorOptions,
): UsbDeviceModel {
  const wire = definition.wire(options.variant);
  const identity = definition.usb(options.variant);
  const create = (): Instrument => createInstrument(definition, options);
  if (wire.kind === 'serial') return SERIAL[wire.bridge](identity, create());
  if (wire.kind === 'hid') return createHidModel(identity, wire, create());
  return createPhdcModel(identity, wire, create);
}
