import type { CallOutput } from '../../contracts/calls.ts';
import type { DeviceCommand } from '../../contracts/devices.ts';
import type { Fault, Result } from '../../contracts/faults.ts';
import type { IpcCalls } from '../../contracts/ipc.ts';
import { createObservable, type Observable } from '../media/observable.ts';
import type { CartMain } from './bridge.ts';

export type Plugged = CallOutput<IpcCalls, 'listSightings'> & {
  /** Why nothing could be looked for at all. */
  readonly fault: Fault | null;
  /** The list was asked for at least once. */
  readonly known: boolean;
};
export type TracePage = CallOutput<IpcCalls, 'readTrace'>;

/** What a technician asks of the devices. Every answer is for the one who asked. */
export type DeviceDesk = {
  readonly plugged: Observable<Plugged>;
  /** Asks what is plugged in; from then on it is asked again whenever something was. */
  readonly look: () => void;
  /** Resolves when the device has done it: a download may take minutes. */
  readonly command: (
    deviceId: string,
    command: DeviceCommand,
  ) => Promise<Result<Record<string, never>>>;
  readonly reconnect: (deviceId: string) => Promise<Result<Record<string, never>>>;
  readonly setTrace: (deviceId: string, on: boolean) => Promise<Result<Record<string, never>>>;
  readonly readTrace: (deviceId: string, from: number, limit: number) => Promise<Result<TracePage>>;
};

export function createDeviceDesk({
  calls,
  onNotice,
}: Pick<CartMain, 'calls' | 'onNotice'>): DeviceDesk {
  const plugged = createObservable<Plugged>({
    sightings: [],
    faults: [],
    fault: null,
    known: false,
  });
  let asked = false;

  async function look(): Promise<void> {
    asked = true;
    const listed = await calls.listSightings({});
    plugged.set(
      listed.ok
        ? { ...listed.value, fault: null, known: true }
        : { ...plugged.state(), fault: listed.fault, known: true },
    );
  }

  onNotice(({ notice }) => {
    if (notice === 'plugged' && asked) {
      void look();
    }
  });
  return {
    plugged,
    look: () => {
      void look();
    },
    command: (deviceId, command) => calls.commandDevice({ deviceId, command }),
    reconnect: (deviceId) => calls.reconnectDevice({ deviceId }),
    setTrace: (deviceId, on) => calls.setTrace({ deviceId, on }),
    readTrace: (deviceId, from, limit) => calls.readTrace({ deviceId, from, limit }),
  };
}
