import type { TFunction } from 'i18next';
import type { DeviceState, DeviceStatus, QualityCause } from '../../../contracts/devices.ts';
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

export function deviceName({ identity }: DeviceStatus): string {
  return `${identity.manufacturer} ${identity.model}`.trim();
}
