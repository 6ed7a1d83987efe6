import type { Fault } from '../../contracts/faults.ts';
import type { DeviceSetting, SampleSource } from '../_sdk/adapter.ts';

/** What a device was told and must be told again after a reset: it forgets, the session does not. */
export type KeptSettings = {
  /** A later setting of the same thing replaces the earlier one. */
  readonly keep: (setting: DeviceSetting) => void;
  /** In the order they were given. @returns the fault of the first that was refused. */
  readonly tellAll: (source: SampleSource) => Promise<Fault | null>;
};

export function createKeptSettings(): KeptSettings {
  const kept = new Map<string, DeviceSetting>();
  return {
    keep: (setting) => {
      if (setting.command !== 'channel' && setting.command !== 'testSignal') {
        return;
      }
      const key = setting.command === 'channel' ? `channel ${setting.channel}` : setting.command;
      kept.delete(key);
      if (setting.command !== 'testSignal' || setting.mode !== 'off') {
        kept.set(key, setting);
      }
    },
    tellAll: async (source) => {
      for (const setting of kept.values()) {
        const applied = await source.apply(setting);
        if (!applied.ok) {
          return applied.fault;
        }
      }
      return null;
    },
  };
}
