import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { DeviceIdentity } from '../../../contracts/devices.ts';
import { valuesOf } from '../readings.ts';
import { browserDeviceEntry, type DeviceSource, deviceEntry, deviceKey } from './device.ts';
import { type Places, referenceTo } from './entry.ts';
import type { Entry, Reference } from './types.ts';

export type ActDevices = {
  readonly entries: readonly Entry[];
  readonly referenceOf: (capture: CaptureRecord) => Reference;
};

/** Every device of an act once, with all that it measured in it. */
export function actDevices(places: Places, captures: readonly CaptureRecord[]): ActDevices {
  const measured = new Map<string, DeviceSource['measured']>();
  for (const capture of captures) {
    const known = knownDevice(capture);
    if (known !== null) {
      const key = deviceKey(known);
      measured.set(key, [...(measured.get(key) ?? []), ...measuredBy(capture)]);
    }
  }
  const entryOfCapture = (capture: CaptureRecord): Entry | null => {
    const known = knownDevice(capture);
    const { browserDevice } = capture.provenance;
    if (known !== null) {
      return deviceEntry(places, { ...known, measured: measured.get(deviceKey(known)) ?? [] });
    }
    return browserDevice === null ? null : browserDeviceEntry(places, browserDevice);
  };
  return {
    entries: captures.flatMap((capture) => entryOfCapture(capture) ?? []),
    referenceOf: (capture) => {
      const entry = entryOfCapture(capture);
      return entry === null ? { display: 'appareil non identifié' } : referenceTo(entry);
    },
  };
}

function knownDevice({
  provenance,
  content,
}: CaptureRecord): Omit<DeviceSource, 'measured'> | null {
  const identity: DeviceIdentity | null =
    content.kind === 'measurement' ? content.value.device : provenance.identity;
  return identity === null ? null : { identity, deviceId: provenance.deviceId };
}

function measuredBy(capture: CaptureRecord): DeviceSource['measured'] {
  return capture.content.kind === 'ecg'
    ? ['ecg']
    : valuesOf([capture]).map(({ value }) => value.name);
}
