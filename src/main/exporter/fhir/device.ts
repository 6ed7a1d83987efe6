import type { Provenance } from '../../../contracts/captures.ts';
import type { DeviceIdentity } from '../../../contracts/devices.ts';
import type { MeasurementName } from '../../../contracts/measurements.ts';
import { uuidOf } from '../../acts/uuid5.ts';
import { entryOf, type Places } from './entry.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, Identifier } from './types.ts';
import { concept, list, text } from './values.ts';

/** MDC_MOC_VMS_MDS_SIMP: a device of one purpose; the type of every PHD (HL7 PHD guide). */
const PHD_TYPE = concept(SYSTEM.mdc, '65573', 'MDC_MOC_VMS_MDS_SIMP');
/** MDC_MOC_VMS_MDS_AHD: what gathers the values of others: Chariot itself. */
const GATEWAY_TYPE = concept(SYSTEM.mdc, '531981', 'MDC_MOC_VMS_MDS_AHD');

/** What a device says of its make: ISO/IEEE 11073-10101, MDC_ID_PROD_SPEC_*. */
const SPEC = {
  software: ['531975', 'MDC_ID_PROD_SPEC_SW'],
  firmware: ['531976', 'MDC_ID_PROD_SPEC_FW'],
} as const;

type Specialization = readonly [code: string, display: string];
const OXIMETER: Specialization = ['528388', 'MDC_DEV_SPEC_PROFILE_PULS_OXIM'];
const ECG: Specialization = ['528390', 'MDC_DEV_SPEC_PROFILE_ECG'];
const BLOOD_PRESSURE: Specialization = ['528391', 'MDC_DEV_SPEC_PROFILE_BP'];

/** What a device is, told by what it measured: MDC_DEV_SPEC_PROFILE_*. */
const SPECIALIZATIONS: Partial<Record<MeasurementName | 'ecg', Specialization>> = {
  ecg: ECG,
  spo2: OXIMETER,
  systolicPressure: BLOOD_PRESSURE,
  diastolicPressure: BLOOD_PRESSURE,
  bodyTemperature: ['528392', 'MDC_DEV_SPEC_PROFILE_TEMP'],
  bodyWeight: ['528399', 'MDC_DEV_SPEC_PROFILE_SCALE'],
  glucose: ['528401', 'MDC_DEV_SPEC_PROFILE_GLUCOSE'],
  peakFlow: ['528405', 'MDC_DEV_SPEC_PROFILE_PEFM'],
};

export type DeviceSource = {
  readonly identity: DeviceIdentity;
  /** Stands for the serial number where the device has none. */
  readonly deviceId: string | null;
  /** What it measured, in the captures of the bundle. */
  readonly measured: readonly (MeasurementName | 'ecg')[];
};

/** A device with other firmware is another resource: values stay with what measured them. */
export function deviceEntry(places: Places, source: DeviceSource): Entry {
  const { identity } = source;
  const identifier: Identifier = { system: SYSTEM.device, value: deviceKey(source) };
  const resource = {
    resourceType: 'Device',
    identifier: [identifier],
    manufacturer: text(identity.manufacturer),
    serialNumber: text(identity.serialNumber),
    deviceName: nameOf(identity.model, 'model-name'),
    modelNumber: text(identity.model),
    type: PHD_TYPE,
    specialization: specializationsOf(source.measured),
    version: list([
      ...versionOf(SPEC.firmware, identity.firmware),
      ...versionOf(SPEC.software, `${identity.adapterId} ${identity.adapterVersion}`),
    ]),
  };
  return entryOf(places, resource, identifier);
}

export function deviceKey({ identity, deviceId }: Omit<DeviceSource, 'measured'>): string {
  const { adapterId, adapterVersion, manufacturer, model, serialNumber, firmware } = identity;
  const own = serialNumber ?? deviceId ?? '';
  return uuidOf('device', adapterId, adapterVersion, manufacturer, model, own, firmware ?? '');
}

/** A camera or a stethoscope as the browser names it: it tells no serial number. */
export function browserDeviceEntry(
  places: Places,
  device: NonNullable<Provenance['browserDevice']>,
): Entry {
  const { label, vendorId, productId } = device;
  const usb = vendorId === null || productId === null ? null : `${vendorId}:${productId}`;
  const identifier: Identifier = {
    system: SYSTEM.device,
    value: uuidOf('browserDevice', label, usb ?? ''),
  };
  const resource = {
    resourceType: 'Device',
    identifier: [identifier],
    deviceName: nameOf(label, 'user-friendly-name'),
    modelNumber: usb === null ? undefined : `USB ${usb}`,
  };
  return entryOf(places, resource, identifier);
}

/** Chariot as the maker of the documents. */
export function softwareEntry(places: Places, software: string, station: string): Entry {
  const identifier: Identifier = {
    system: SYSTEM.device,
    value: uuidOf('software', software, station),
  };
  const resource = {
    resourceType: 'Device',
    identifier: [identifier],
    manufacturer: 'Chariot',
    deviceName: nameOf(station, 'user-friendly-name'),
    type: GATEWAY_TYPE,
    version: list(versionOf(SPEC.software, software)),
  };
  return entryOf(places, resource, identifier);
}

function nameOf(name: string, type: 'model-name' | 'user-friendly-name'): object[] | undefined {
  const clean = text(name);
  return clean === undefined ? undefined : [{ name: clean, type }];
}

function versionOf([code, display]: readonly [string, string], value: string | null): object[] {
  const clean = text(value);
  return clean === undefined ? [] : [{ type: concept(SYSTEM.mdc, code, display), value: clean }];
}

function specializationsOf(measured: DeviceSource['measured']): readonly object[] | undefined {
  const codes = new Map(
    measured.flatMap((name) => {
      const found = SPECIALIZATIONS[name];
      return found === undefined ? [] : [found];
    }),
  );
  return list(
    [...codes]
      .toSorted(([one], [other]) => Number(one) - Number(other))
      .map(([code, display]) => ({
        systemType: concept(SYSTEM.mdc, code, display),
      })),
  );
}
