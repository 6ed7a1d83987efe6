import type { z } from 'zod';
import { type CallHandlers, type CallRouter, createRouter } from '../../contracts/calls.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { type HubAccess, IPC_CALLS, type IpcCalls } from '../../contracts/ipc.ts';
import type { HostSupervisor } from '../acquisition/hostSupervisor.ts';
import type { HubSupervisor } from '../remote/hubSupervisor.ts';
import type { SettingsStore } from '../store/settings.ts';
import { type KeepingHandlerDependencies, keepingHandlers } from './keepingHandlers.ts';

export type AppInfo = z.infer<IpcCalls['appInfo']['output']>;

/** `windowId` names the calling window. */
export type IpcContext = { readonly windowId: number };

type Dependencies = {
  readonly info: () => AppInfo;
  readonly settings: SettingsStore;
  readonly keeping: KeepingHandlerDependencies;
  readonly setLive: (live: boolean) => void;
  readonly host: Pick<HostSupervisor<never>, 'command' | 'statuses' | 'calls'>;
  readonly hub: Pick<HubSupervisor, 'state'>;
  readonly hubAccess: () => Promise<Result<HubAccess>>;
  readonly openStream: (windowId: number) => void;
  readonly onFirstTrace: () => void;
  readonly copyText: (text: string) => Promise<void> | void;
};

export function ipcHandlers(dependencies: Dependencies): CallHandlers<IpcCalls, IpcContext> {
  const { info, settings, host, hub } = dependencies;
  return {
    ...keepingHandlers<IpcContext>(dependencies.keeping),
    appInfo: () => ok(info()),
    getSettings: () => ok(settings.get()),
    setSettings: (wanted) => settings.set(wanted),
    listDevices: () => ok([...host.statuses()]),
    commandDevice: ({ deviceId, command }) => host.command(deviceId, command),
    listSightings: () => host.calls.listSightings({}),
    reconnectDevice: ({ deviceId }) => host.calls.reconnectDevice({ deviceId }),
    setTrace: (wanted) => host.calls.setTrace(wanted),
    readTrace: (range) => host.calls.readTrace(range),
    openStream: (_input, { windowId }) => {
      dependencies.openStream(windowId);
      return ok({});
    },
    hubAccess: () => dependencies.hubAccess(),
    hubState: () => ok(hub.state()),
    firstTrace: () => {
      dependencies.onFirstTrace();
      return ok({});
    },
    setLive: ({ live }) => {
      dependencies.setLive(live);
      return ok({});
    },
    copyPhysicianLink: async () => {
      const access = await dependencies.hubAccess();
      if (!access.ok) {
        return access;
      }
      await dependencies.copyText(access.value.physicianUrl);
      return ok({});
    },
  };
}

export function ipcRouter(
  handlers: CallHandlers<IpcCalls, IpcContext>,
  onBug: (name: string, error: unknown) => void,
): CallRouter<IpcContext> {
  const faults = {
    unknown: 'IPC_UNKNOWN_CALL',
    malformed: 'IPC_MALFORMED',
    output: 'IPC_OUTPUT_INVALID',
  } as const;
  return createRouter(IPC_CALLS, handlers, faults, onBug);
}

/** What a call from any page but the window's own is answered. */
export const REFUSED_SENDER = failed('IPC_SENDER_REFUSED');
