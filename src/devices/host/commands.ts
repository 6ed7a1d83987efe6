import type { DeviceCapability, DeviceCommand } from '../../contracts/devices.ts';
import { type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import type { DeviceSetting, SampleSource } from '../_sdk/adapter.ts';
import type { KeptSettings } from './keptSettings.ts';

/** One connected life of a device: from an identified answer to the loss of the wire. */
export type Link = {
  readonly source: SampleSource;
  streaming: boolean;
  readonly drop: (reason: Fault) => void;
};

type Options = {
  readonly capabilities: readonly DeviceCapability[];
  readonly settings: KeptSettings;
  readonly link: () => Link | null;
  readonly start: (to: Link) => Promise<Result<void>>;
  readonly stop: (from: Link) => Promise<Result<void>>;
  /** Whether the device should stream when it is there. */
  readonly setWanted: (wanted: boolean) => void;
};

export type Commands = {
  /** One thing at a time is said to a device. */
  readonly exclusive: <T>(action: () => Promise<T>) => Promise<T>;
  readonly run: (command: DeviceCommand) => Promise<Result<void>>;
};

/** What a person asks of a device, in turn. */
export function createCommands(options: Options): Commands {
  const { capabilities, settings, link, start, stop } = options;
  let queue: Promise<unknown> = Promise.resolve();

  function exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = queue.then(action);
    queue = result.catch(() => undefined);
    return result;
  }

  async function apply(setting: DeviceSetting): Promise<Result<void>> {
    const current = link();
    if (current === null) {
      return failed('DEVICE_UNPLUGGED');
    }
    if (!capabilities.includes(setting.command)) {
      return failed('DEVICE_CANNOT', { command: setting.command });
    }
    const wasStreaming = current.streaming;
    if (wasStreaming) {
      // A streaming board answers no setting; unheard answers would be unproved settings.
      await stop(current);
    }
    const applied = await current.source.apply(setting);
    if (applied.ok) {
      settings.keep(setting);
    }
    if (wasStreaming && link() === current) {
      await start(current);
    }
    return applied;
  }

  return {
    exclusive,
    run: (command) =>
      exclusive(async () => {
        const current = link();
        if (command.command === 'start') {
          options.setWanted(true);
          return current !== null && !current.streaming ? start(current) : ok(undefined);
        }
        if (command.command === 'stop') {
          options.setWanted(false);
          return current?.streaming ? stop(current) : ok(undefined);
        }
        return apply(command);
      }),
  };
}
