import path from 'node:path';
import { app } from 'electron';
import type { DeviceStatus } from '../../contracts/devices.ts';
import type { IpcNotice } from '../../contracts/ipc.ts';
import { type Discovery, discoverDevices } from '../acquisition/discovery.ts';
import { type HostSupervisor, superviseHost } from '../acquisition/hostSupervisor.ts';
import { readCalibrations } from '../store/calibrations.ts';
import { RESTART_POLICY } from '../supervision/restartPolicy.ts';
import { forkUtility } from './children.ts';
import type { LogEntry } from './log.ts';
import type { Options } from './options.ts';

const now = (): number => performance.now();

export type Devices = {
  readonly host: HostSupervisor<Electron.MessagePortMain>;
  /** A page that was loaded since does not know of a record in trouble. */
  readonly repeatRecordingNotice: () => void;
  readonly stop: () => void;
};

/** The device host, and the search for what is plugged in. */
export function superviseDevices(
  options: Pick<Options, 'devices' | 'hostFlags'>,
  deps: {
    readonly dataDir: string;
    readonly notify: (notice: IpcNotice) => void;
    readonly onStatus: (status: DeviceStatus) => void;
    /** Windows need a new stream port to the host. */
    readonly connectStream: () => void;
    readonly log: (entry: LogEntry) => void;
  },
): Devices {
  const { notify, log } = deps;
  let discovery: Discovery | null = null;
  let recording: Extract<IpcNotice, { notice: 'recording' }> | null = null;
  const host: HostSupervisor<Electron.MessagePortMain> = superviseHost({
    fork: () =>
      forkUtility(
        path.join(app.getAppPath(), 'dist/host/host.cjs'),
        'Chariot Devices',
        options.hostFlags === null ? [] : [`--js-flags=${options.hostFlags}`],
      ),
    policy: RESTART_POLICY,
    now,
    onStatus: (status) => {
      notify({ notice: 'device', status });
      deps.onStatus(status);
    },
    onEvent: (event) => log({ code: `device.${event.code}`, device: event.deviceId }),
    onPlugged: () => {
      discovery?.look();
      notify({ notice: 'plugged' });
    },
    calibrationsOf: readCalibrations(path.join(deps.dataDir, 'calibrations.json'), (code) =>
      log({ code }),
    ),
    onRecording: (fault, lostBlocks) => {
      log({ code: `recording.${fault?.code ?? 'ok'}`, lostBlocks });
      recording = { notice: 'recording', fault, lostBlocks };
      notify(recording);
    },
    onFork: deps.connectStream,
    onHost: (state) => notify({ notice: 'host', host: state }),
    log,
  });
  for (const request of options.devices) {
    host.wantDevice(request);
  }
  discovery = options.devices.length === 0 ? discover(host) : null;
  return {
    host,
    repeatRecordingNotice: () => {
      if (recording !== null) {
        notify(recording);
      }
    },
    stop: () => discovery?.stop(),
  };
}

function discover(host: HostSupervisor<never>): Discovery {
  return discoverDevices(
    {
      sightings: () => host.sightings(),
      identify: (address) => host.calls.identify({ address }),
      wantDevice: (request, serialNumber) => host.wantDevice(request, serialNumber),
    },
    now,
  );
}
