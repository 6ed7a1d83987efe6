import type { DeviceCalibration, DeviceIdentity } from '../../contracts/devices.ts';
import type { AdapterModule } from '../_sdk/adapter.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { HostItem } from './bus.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Carried } from './stream.ts';

export type SessionOptions = ConnectionOptions & {
  readonly adapter: AdapterModule;
  readonly deviceId: string;
  readonly streamIdOf: (name: string) => number;
  /** What the operating system told; null: nothing. */
  readonly serialNumber: string | null;
  /** Name of the wire that the fingerprint suggests; absent: the manifest's order. */
  readonly firstWire?: string;
  readonly publish: (item: HostItem) => void;
  readonly time: HostTime;
  /** In [0, 1). */
  readonly random: () => number;
  readonly calibration: (identity: DeviceIdentity) => DeviceCalibration | null;
  readonly carried: (streamId: number) => Carried | null;
  /** See OpenDeviceSchema; absent: 0. */
  readonly firstEpoch?: number;
};
