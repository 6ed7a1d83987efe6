import { parseFaultSwitches } from '../common/faults.ts';
import type { EmulatorDefinition, EmulatorOptions } from '../definition.ts';
import { CYTON_ONLY, readCommon, readNumber, type Values, WrongArgument } from './values.ts';

export type DeviceArguments = {
  readonly definition: EmulatorDefinition;
  readonly options: EmulatorOptions;
  readonly wire:
    | { readonly kind: 'pty'; readonly link: string }
    /** TCP port; 0 takes any free one. */
    | { readonly kind: 'usbip'; readonly port: number };
  readonly seconds: number | undefined;
};

const MAX_PORT = 65_535;

function readWire(definition: EmulatorDefinition, values: Values): DeviceArguments['wire'] {
  const { pty, usbip } = values;
  const kind = definition.wire(values.variant).kind;
  if (pty !== undefined && usbip !== undefined) {
    throw new WrongArgument('--pty and --usbip exclude one another');
  }
  if (usbip !== undefined) return { kind: 'usbip', port: readNumber('usbip', usbip, 0, MAX_PORT) };
  if (kind !== 'serial') {
    throw new WrongArgument(`${definition.name} has no serial port: --usbip PORT is needed`);
  }
  if (pty === undefined || pty === '') {
    throw new WrongArgument('--pty LINK is needed (or --usbip PORT)');
  }
  return { kind: 'pty', link: pty };
}

function readVariant({ name, variants }: EmulatorDefinition, { variant }: Values) {
  if (variant === undefined) return {};
  if (variants.includes(variant)) return { variant };
  const known = variants.length === 0 ? 'there is only one' : variants.join(', ');
  throw new WrongArgument(`${name} has no variant "${variant}"; known: ${known}`);
}

/** Throws `WrongArgument`. `clockMs`: what the device takes its own clock from. */
export function readDevice(
  definition: EmulatorDefinition,
  values: Values,
  clockMs: number,
): DeviceArguments {
  const alien = CYTON_ONLY.find((option) => values[option] !== undefined);
  if (alien !== undefined) {
    throw new WrongArgument(`--${alien} is for the Cyton on a pseudo terminal (--pty) only`);
  }
  const variant = readVariant(definition, values);
  const faults = parseFaultSwitches(definition.faults, values.fault ?? []);
  if (!faults.ok) throw new WrongArgument(faults.message);
  const { seed, seconds } = readCommon(values);
  const options = { ...variant, faults: faults.plan, seed, clockMs };
  return { definition, options, wire: readWire(definition, values), seconds };
}
