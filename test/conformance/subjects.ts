import type { TransportAddress } from '../../src/contracts/devices.ts';
import type { AdapterModule, Wire } from '../../src/devices/_sdk/adapter.ts';
import { ADAPTERS } from '../../src/devices/registry.ts';
import type {
  EmulatedInstrument,
  EmulatorDefinition,
  EmulatorOptions,
  FaultTable,
} from '../emulators/definition.ts';
import { EMULATORS } from '../emulators/table.ts';
import { BUTTONS } from './devices/buttons.ts';
import { STETHOSCOPE } from './devices/stethoscope.ts';

/** A variant of a device, with what the operating system tells of it. */
export type Subject = {
  /** `<adapter id>` and, where there are several, the variant. */
  readonly name: string;
  readonly adapter: AdapterModule;
  readonly address: TransportAddress['kind'];
  /** null: the system tells none. */
  readonly serialNumber: string | null;
  /** Wire that the fingerprint names. */
  readonly firstWire?: string;
  /** False: another wire's baud rate or parity; both ends hear noise. */
  readonly understands: (wire: Wire) => boolean;
  /** What the host hears whenever it opens this device, beside what the device says. */
  readonly greeting?: Uint8Array;
  readonly faults: FaultTable;
  readonly create: (options: EmulatorOptions) => EmulatedInstrument;
};

/** Devices that no host of test/emulators can carry: what only a window or an input device gives. */
export type LocalDevice = Omit<Subject, 'adapter'> & { readonly adapterId: string };
const LOCAL_DEVICES: readonly LocalDevice[] = [...BUTTONS, STETHOSCOPE];

/** Wires which a bridge would garble when they are opened as another: by variant. */
const WIRE_OF_VARIANT: Readonly<Record<string, string>> = { old: 'old', v7: 'v7', 'v7-pi': 'v7' };

function hex4(id: number): string {
  return id.toString(16).padStart(4, '0');
}

function subjectOf(
  adapter: AdapterModule,
  emulator: EmulatorDefinition,
  variant: string | undefined,
): Subject {
  const { kind } = emulator.wire(variant);
  const usb = emulator.usb(variant);
  const named = adapter.manifest.fingerprints.find(
    (one) => one.vendorId === hex4(usb.vendorId) && one.productId === hex4(usb.productId),
  )?.wire;
  const own = adapter.manifest.wires.find(({ name }) => name === WIRE_OF_VARIANT[variant ?? '']);
  return {
    name: variant === undefined ? emulator.adapterId : `${emulator.adapterId} ${variant}`,
    adapter,
    address: kind === 'phdc' ? 'usb' : kind,
    serialNumber: usb.serialNumber === '' ? null : usb.serialNumber,
    ...(named === undefined ? {} : { firstWire: named }),
    understands: (wire) => own === undefined || wire.name === own.name,
    faults: emulator.faults,
    create: (options) => emulator.create(variant === undefined ? options : { ...options, variant }),
  };
}

function subjectsOf(adapter: AdapterModule): readonly Subject[] {
  const { adapterId } = adapter.manifest;
  const emulated = EMULATORS.filter((one) => one.adapterId === adapterId).flatMap((emulator) =>
    (emulator.variants.length === 0 ? [undefined] : emulator.variants).map((variant) =>
      subjectOf(adapter, emulator, variant),
    ),
  );
  const local = LOCAL_DEVICES.filter((one) => one.adapterId === adapterId);
  return [...emulated, ...local.map((one) => ({ ...one, adapter }))];
}

export const SUBJECTS: readonly Subject[] = ADAPTERS.flatMap(subjectsOf);

/** Live: its signal comes by itself for as long as it runs. */
export function isLive({ adapter }: Subject): boolean {
  return adapter.manifest.quietMs !== null;
}
