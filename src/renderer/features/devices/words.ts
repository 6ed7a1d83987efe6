import type { TFunction } from 'i18next';
import type {
  DeviceKind,
  DeviceState,
  DeviceStatus,
  QualityCause,
  TransportAddress,
} from '../../../contracts/devices.ts';
import { faultText } from '../../i18n/index.ts';
import type { IconName } from '../../ui/icons.tsx';
import type { Tone } from '../../ui/StateBadge.tsx';

export const DEVICE_TONES: Record<DeviceState, Tone> = {
  disconnected: 'idle',
  connecting: 'warn',
  identifying: 'warn',
  ready: 'idle',
  streaming: 'good',
  degraded: 'warn',
  lost: 'bad',
};

export const KIND_ICONS: Record<DeviceKind, IconName> = {
  ecg: 'pulse',
  vitals: 'monitor',
  oximeter: 'heart',
  bloodPressure: 'cuff',
  spirometer: 'breath',
  glucometer: 'drop',
  scale: 'scale',
  thermometer: 'thermometer',
  health: 'monitor',
  camera: 'camera',
  stethoscope: 'stethoscope',
  pedal: 'pedal',
};

/** @returns the causes in words, one a kind, the leads gathered. */
export function qualityWords(t: TFunction, quality: readonly QualityCause[]): string[] {
  const kinds = [...new Set(quality.map(({ cause }) => cause))];
  return kinds.map((kind) => {
    const same = quality.filter(({ cause }) => cause === kind);
    const leads = same.flatMap(({ lead }) => (lead === undefined ? [] : [lead]));
    const count = same.reduce((sum, { count: one }) => sum + (one ?? 0), 0);
    const key = leads.length > 0 ? `quality.${kind}On` : `quality.${kind}`;
    return t(key, { leads: leads.join(', '), count });
  });
}

export function modelName({ identity }: Pick<DeviceStatus, 'identity'>): string {
  return `${identity.manufacturer} ${identity.model}`.trim();
}

/** @param names what a technician calls the devices, by `deviceId`. */
export function deviceName(
  device: Pick<DeviceStatus, 'deviceId' | 'identity'>,
  names: Readonly<Record<string, string>> = {},
): string {
  return names[device.deviceId] ?? modelName(device);
}

/** What is wrong now, in words that tell what to do; empty while nothing is. */
export function troubleWords(t: TFunction, { reason, quality }: DeviceStatus): string {
  return reason === null ? qualityWords(t, quality).join(' · ') : faultText(t, reason);
}

export function isFlowing({ state }: Pick<DeviceStatus, 'state'>): boolean {
  return state === 'streaming' || state === 'degraded';
}

export function addressText({ kind, path }: TransportAddress): string {
  return `${kind} ${path}`;
}
