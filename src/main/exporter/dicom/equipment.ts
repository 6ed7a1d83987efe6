import type { Provenance } from '../../../contracts/captures.ts';
import type { Site } from '../../../contracts/clinical.ts';
import type { Dataset } from './attributes.ts';
import type { Say } from './types.ts';
import { text } from './values.ts';

/** Enhanced General Equipment demands values that a webcam has not: this says that nobody knows. */
const UNKNOWN = 'UNKNOWN';

/** The device that an object is from; null: Chariot itself made it. */
export type Origin = Pick<Provenance, 'identity' | 'browserDevice' | 'deviceId'>;

/** What tells one device from another within an act. */
export function deviceKey({ deviceId, identity, browserDevice }: Origin): string {
  return [
    deviceId ?? '',
    identity?.model ?? '',
    identity?.serialNumber ?? '',
    browserDevice?.label ?? '',
  ].join(' ');
}

/**
 * General Equipment (PS3.3 C.7.5.1) and, where the IOD has it, Enhanced General Equipment (C.7.5.2),
 * whose four attributes may not be empty.
 */
export function equipmentModules(
  site: Site,
  origin: Origin,
  software: string,
  isEnhanced: boolean,
  say: Say,
): Dataset {
  const { identity, browserDevice } = origin;
  const long = (attribute: string, value: string | null | undefined): string =>
    text('LO', value ?? '', attribute, say);
  const model = long('ManufacturerModelName', identity?.model ?? browserDevice?.label);
  const serial = long('DeviceSerialNumber', identity?.serialNumber);
  if (isEnhanced && serial === '') {
    say({ code: 'serialUnknown', params: { model } });
  }
  const unknown = isEnhanced ? UNKNOWN : '';
  return {
    Manufacturer: long('Manufacturer', identity?.manufacturer) || unknown,
    InstitutionName: long('InstitutionName', site.institution) || undefined,
    InstitutionalDepartmentName: long('InstitutionalDepartmentName', site.department) || undefined,
    StationName: text('SH', site.stationName, 'StationName', say),
    ManufacturerModelName: model || unknown || undefined,
    DeviceSerialNumber: serial || unknown || undefined,
    SoftwareVersions: [identity?.firmware, `Chariot ${software}`]
      .map((version) => long('SoftwareVersions', version))
      .filter((version) => version !== ''),
  };
}
