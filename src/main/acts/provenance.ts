import type { Capture, Provenance } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import type { DeviceStatus, Measurement } from '../../contracts/devices.ts';

type OfAct = Pick<Act, 'operator' | 'patient'> | null;

const UNKNOWN: Omit<Provenance, 'operator' | 'binding'> = {
  deviceId: null,
  identity: null,
  browserDevice: null,
  calibration: null,
  clock: null,
  clockOffsetMs: null,
  gaps: [],
  filters: 'none',
};

function ofAct(act: OfAct): Pick<Provenance, 'operator' | 'binding'> {
  return { operator: act?.operator ?? null, binding: act?.patient.patientId ?? null };
}

/** Of a signal: as the device's session knows it now. */
export function provenanceOfDevice(
  device: DeviceStatus | null,
  act: OfAct,
  gaps: Provenance['gaps'],
): Provenance {
  return {
    ...UNKNOWN,
    ...ofAct(act),
    gaps,
    ...(device === null
      ? {}
      : {
          deviceId: device.deviceId,
          identity: device.identity,
          calibration: device.calibration,
          clock: device.clock,
          clockOffsetMs: device.deviceClock?.offsetMs ?? null,
        }),
  };
}

/** Of a value: it carries its own. */
export function provenanceOfValue(value: Measurement, act: OfAct): Provenance {
  return {
    ...UNKNOWN,
    ...ofAct(act),
    deviceId: value.deviceId,
    identity: value.device,
    calibration: value.calibration,
    clockOffsetMs: value.clockOffsetMs,
  };
}

/** Of what a window hands over: a microphone is also a device of the host, by its label. */
export function provenanceOfWindow(
  { meta }: Pick<Capture, 'meta'>,
  act: OfAct,
  devices: readonly DeviceStatus[],
): Provenance {
  const session = devices.find(
    ({ address, kind }) =>
      meta.kind === 'audio' &&
      kind === 'stethoscope' &&
      address.kind === 'window' &&
      address.path === meta.device.label,
  );
  return { ...provenanceOfDevice(session ?? null, act, []), browserDevice: meta.device };
}
