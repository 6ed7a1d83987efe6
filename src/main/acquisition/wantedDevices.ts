import type { CallClient } from '../../contracts/calls.ts';
import type { DeviceCalibration, DeviceCommand } from '../../contracts/devices.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import type { DeviceRequest, HostCalls } from '../../contracts/hostControl.ts';
import { EPOCHS_PER_START } from '../../contracts/sampleBlock.ts';

type Wanted = {
  readonly request: DeviceRequest;
  /** As the host named it when it was first opened: kept even while it is not plugged in. */
  deviceId: string | null;
  /** What was set since, the newest of each kind: a restarted host begins with the defaults. */
  readonly settings: Map<string, DeviceCommand>;
  stopped: boolean;
  binding: string | null;
};

/** What was asked for, so that it can be asked again of a host that was started anew. */
export type WantedDevices = {
  /** `serialNumber` tells devices apart that come to the same port one after the other. */
  readonly want: (request: DeviceRequest, serialNumber?: string | null) => void;
  /** The same call to the host, for a device that is known; fails as the host does. */
  readonly bind: (
    deviceId: string,
    binding: string | null,
  ) => Promise<Result<Record<string, never>>>;
  readonly command: (
    deviceId: string,
    command: DeviceCommand,
  ) => Promise<Result<Record<string, never>>>;
  /** @param starts how often the host was started. */
  readonly openAll: (starts: number) => void;
};

export function wantedDevices(
  calls: CallClient<HostCalls>,
  report: (code: string, result: Result<unknown>) => void,
  calibrationsOf: (adapterId: string) => readonly DeviceCalibration[],
): WantedDevices {
  const wanted = new Map<string, Wanted>();
  let firstEpoch = 0;

  async function open(device: Wanted): Promise<void> {
    const { request, deviceId: knownAs, settings } = device;
    const calibrations = [...calibrationsOf(request.adapterId)];
    const opened = await calls.openDevice({ ...request, firstEpoch, knownAs, calibrations });
    report('host.open', opened);
    if (!opened.ok) {
      return;
    }
    const { deviceId } = opened.value;
    device.deviceId = deviceId;
    // First: a setting may take seconds, and what the device says meanwhile is already somebody's.
    if (device.binding !== null) {
      report('host.bind', await calls.bindDevice({ deviceId, binding: device.binding }));
    }
    for (const command of settings.values()) {
      report('host.setting', await calls.command({ deviceId, command }));
    }
    if (device.stopped) {
      report('host.stop', await calls.command({ deviceId, command: { command: 'stop' } }));
    }
  }

  return {
    want: (request, serialNumber = null) => {
      const settings = new Map<string, DeviceCommand>();
      const device: Wanted = { request, deviceId: null, settings, stopped: false, binding: null };
      wanted.set(JSON.stringify([request, serialNumber]), device);
      void open(device);
    },
    bind: (deviceId, binding) => {
      const device = [...wanted.values()].find((entry) => entry.deviceId === deviceId);
      // Also where the host is just away: started again, it must not go on with the one before.
      if (device !== undefined) {
        device.binding = binding;
      }
      return calls.bindDevice({ deviceId, binding });
    },
    command: async (deviceId, command) => {
      const done = await calls.command({ deviceId, command });
      const device = [...wanted.values()].find((entry) => entry.deviceId === deviceId);
      if (done.ok && device !== undefined) {
        remember(device, command);
      }
      return done.ok ? ok({}) : done;
    },
    openAll: (starts) => {
      firstEpoch = (starts - 1) * EPOCHS_PER_START;
      for (const device of wanted.values()) {
        void open(device);
      }
    },
  };
}

function remember(device: Wanted, command: DeviceCommand): void {
  switch (command.command) {
    case 'start':
    case 'stop':
      device.stopped = command.command === 'stop';
      break;
    case 'testSignal':
      device.settings.set('testSignal', command);
      break;
    case 'channel':
      device.settings.set(`channel ${command.channel}`, command);
      break;
    case 'impedance':
    case 'download':
    case 'setClock':
      // Done once, and done: not to be repeated on a host that was started anew.
      break;
  }
}
