import type { DeviceCommand } from '../../contracts/devices.ts';
import { CHANNELS, type ChannelSetting, DEFAULT_GAIN, microvoltsPerCount } from './protocol.ts';

type TestMode = Extract<DeviceCommand, { command: 'testSignal' }>['mode'];

/** What the board was told and accepted: the stream itself does not say. */
export type ChannelSettings = {
  /** uV per count, per channel; kept up to date in place. */
  readonly scales: Float64Array;
  isPowered(channel: number): boolean;
  isTestSignal(): boolean;
  /** The board's test signal is on all channels, whatever was set for each. */
  isTestRunning(): boolean;
  acceptChannel(setting: ChannelSetting): void;
  acceptTest(mode: TestMode): void;
  /** Settings that differ from the board's defaults, to be told again after a reset. */
  custom(): readonly ChannelSetting[];
};

export function createChannelSettings(): ChannelSettings {
  const told = new Map<number, ChannelSetting>();
  const scales = new Float64Array(CHANNELS).fill(microvoltsPerCount(DEFAULT_GAIN));
  let test: TestMode = 'off';
  return {
    scales,
    isPowered: (channel) => told.get(channel + 1)?.powered ?? true,
    isTestSignal: () =>
      test !== 'off' || [...told.values()].some((setting) => setting.input === 'test'),
    isTestRunning: () => test !== 'off',
    acceptChannel: (setting) => {
      told.set(setting.channel, setting);
      scales[setting.channel - 1] = microvoltsPerCount(setting.gain);
    },
    acceptTest: (mode) => {
      test = mode;
    },
    custom: () => [...told.values()],
  };
}
