import type {
  CalibrationState,
  DeviceCaveat,
  DeviceIdentity,
  TransportAddress,
} from '../../contracts/devices.ts';
import type { AdapterManifest, Wire } from '../_sdk/adapter.ts';
import type { SessionOptions } from './sessionOptions.ts';

export function unidentified(options: SessionOptions): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer, model } = options.adapter.manifest;
  const { serialNumber } = options;
  return { adapterId, adapterVersion, manufacturer, model, serialNumber, firmware: null };
}

/** Many devices tell no serial number over the wire; the USB bridge's own one stands for it. */
export function withSerial(identity: DeviceIdentity, usbSerial: string | null): DeviceIdentity {
  return { ...identity, serialNumber: identity.serialNumber ?? usbSerial };
}

export function caveatsOf(manifest: AdapterManifest, identity: DeviceIdentity): DeviceCaveat[] {
  const others = manifest.caveats.filter((caveat) => caveat !== 'toldByPortOnly');
  // A bridge chip with a serial number tells apart what the device itself cannot.
  return identity.serialNumber === null ? [...others, 'toldByPortOnly'] : others;
}

export function calibrationState(
  { calibration, time }: Pick<SessionOptions, 'calibration' | 'time'>,
  identity: DeviceIdentity,
): CalibrationState {
  const stored = calibration(identity);
  if (stored === null) {
    return { state: 'none', dueDate: null };
  }
  const overdue = stored.dueDate !== null && stored.dueDate < time.wallClock().slice(0, 10);
  return { state: overdue ? 'overdue' : 'valid', dueDate: stored.dueDate };
}

/** A replay stands in for any wire; a real address only for its own kind. `first` goes ahead. */
export function wiresFor(
  manifest: AdapterManifest,
  address: TransportAddress,
  first: Wire | string | undefined,
): Wire[] {
  const name = typeof first === 'string' ? first : first?.name;
  const fitting = manifest.wires.filter(
    (wire) => address.kind === 'file' || wire.kind === address.kind,
  );
  return fitting.toSorted((a, b) => Number(b.name === name) - Number(a.name === name));
}
