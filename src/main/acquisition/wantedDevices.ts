import type { CallClient } from '../../contracts/calls.ts';
import type { DeviceCommand } from '../../contracts/devices.ts';
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
};

/** What was asked for, so that it can be asked again of a host that was started anew. */
export type WantedDevices = {
  readonly want: (request: DeviceRequest) => void;
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
): WantedDevices {
  const wanted = new Map<string, Wanted>();
  let firstEpoch = 0;

  async function open(device: Wanted): Promise<void> {
    const { request, deviceId: knownAs, settings } = device;
    const opened = await calls.openDevice({ ...request, firstEpoch, knownAs });
    report('host.open', opened);
    if (!opened.ok) {
      return;
    }
    const { deviceId } = opened.value;
    device.deviceId = deviceId;
    for (const command of settings.values()) {
      report('host.setting', await calls.command({ deviceId, command }));
    }
    if (device.stopped) {
      report('host.stop', await calls.command({ deviceId, command: { command: 'stop' } }));
    }
  }

  return {
    want: (request) => {
      const device = { request, deviceId: null, settings: new Map(), stopped: false };
      wanted.set(JSON.stringify(request), device);
      void open(device);
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
  }
}
