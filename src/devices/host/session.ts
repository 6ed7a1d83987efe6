import type {
  DeviceCommand,
  DeviceIdentity,
  DeviceState,
  DeviceStatus,
} from '../../contracts/devices.ts';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterModule, DeviceSetting, SampleSource } from '../_sdk/adapter.ts';
import { type HostTime, nsToMs, pause } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { reconnectDelay } from './backoff.ts';
import type { HostItem } from './bus.ts';
import { type ConnectionOptions, connect } from './connection.ts';
import { createKeptSettings } from './keptSettings.ts';
import { createQualityWatch } from './quality.ts';
import type { StreamMark } from './recorder/openRecording.ts';
import { type Carried, createStream } from './stream.ts';

const TICK_MS = 250;
/** How often counts and clock are told when nothing else changed. */
const STATUS_EVERY_TICKS = 4;

export type SessionOptions = ConnectionOptions & {
  readonly adapter: AdapterModule;
  readonly deviceId: string;
  readonly streamId: number;
  /** What the USB bridge told; null: nothing. */
  readonly serialNumber: string | null;
  readonly publish: (item: HostItem) => void;
  readonly time: HostTime;
  /** In [0, 1). */
  readonly random: () => number;
  readonly carried: Carried | null;
  /** See OpenDeviceSchema; absent: 0. */
  readonly firstEpoch?: number;
};

export type Session = {
  readonly deviceId: string;
  readonly streamId: number;
  status(): DeviceStatus;
  command(command: DeviceCommand): Promise<Result<void>>;
  /** See `Stream`. */
  readonly continueAfter: (mark: StreamMark, sinceNs: bigint) => void;
  readonly leftAt: () => Carried | null;
  /** Stops the device and lets go of it; resolves when its last block was published. */
  close(): Promise<void>;
};

/** One connected life of a device: from an identified answer to the loss of the wire. */
type Link = {
  readonly source: SampleSource;
  streaming: boolean;
  readonly drop: (reason: Fault) => void;
};

/** Keeps one device: connects, identifies, starts, watches, and does it again when it was lost. */
export function createSession(options: SessionOptions): Session {
  const { adapter, deviceId, streamId, time } = options;
  const { manifest } = adapter;
  const stream = createStream({ firstEpoch: 0, ...options, manifest });
  const quality = createQualityWatch(manifest.channels.map((channel) => channel.name));
  const stopping = new AbortController();
  const settings = createKeptSettings();
  let identity: DeviceIdentity = unidentified(options);
  let state: DeviceState = 'connecting';
  let reason: Fault | null = null;
  let identified = false;
  let wanted = true;
  let link: Link | null = null;
  let badFrames = 0;
  let reconnects = 0;
  let quietTicks = 0;
  let ticks = 0;
  /** Failures to connect since the last success. */
  let attempt = 0;
  let told = '';
  let cancelTick: () => void = () => {};

  function status(): DeviceStatus {
    const clock = stream.clock();
    const causes = link?.streaming ? quality.causes(nsToMs(time.nowNs()), clock) : [];
    return {
      deviceId,
      state: state === 'streaming' && causes.length > 0 ? 'degraded' : state,
      reason,
      identity,
      quality: causes,
      clock,
      counts: { ...stream.counts(), badFrames, reconnects },
      streamId,
    };
  }

  function tell(always: boolean): void {
    const now = status();
    const essence = JSON.stringify([now.state, now.reason, now.quality, now.identity]);
    if (always || essence !== told) {
      told = essence;
      options.publish({ kind: 'status', status: now });
    }
  }

  function enter(next: DeviceState, why: Fault | null = null): void {
    state = next;
    reason = why;
    tell(false);
  }

  /** Ticks are counted, not time: a stall of this process must not look like a silent device. */
  function tick(): void {
    cancelTick = time.after(TICK_MS, tick);
    ticks++;
    if (link?.streaming) {
      quietTicks++;
      quality.setSilent(quietTicks * TICK_MS > manifest.quietMs);
      if (quietTicks * TICK_MS > manifest.silentMs) {
        link.drop(fault('DEVICE_SILENT'));
      }
    }
    tell(ticks % STATUS_EVERY_TICKS === 0);
  }

  function openSource(transport: Transport): SampleSource {
    const sink = {
      onSamples: (batch: Parameters<typeof stream.accept>[0]) => {
        quietTicks = 0;
        quality.observe(batch, nsToMs(batch.readAtNs));
        stream.accept(batch);
        if (state === 'ready') {
          enter('streaming');
        }
      },
      onEvent: (event: { code: Parameters<typeof stream.event>[0]; lead?: string }) =>
        stream.event(event.code, event.lead === undefined ? {} : { lead: event.lead }),
      onBadFrames: (count: number) => {
        badFrames += count;
      },
    };
    return adapter.open(transport, identity, sink, { time });
  }

  async function startStreaming(to: Link): Promise<Result<void>> {
    quality.reset();
    quietTicks = 0;
    stream.beginEpoch(identity);
    to.streaming = true;
    stream.event('started');
    const started = await to.source.start();
    if (!started.ok) {
      to.drop(started.fault);
    }
    return started;
  }

  async function stopStreaming(from: Link): Promise<Result<void>> {
    const stopped = await from.source.stop();
    from.streaming = false;
    stream.event('stopped');
    if (link === from) {
      enter('ready');
    }
    return stopped;
  }

  async function liveOn(transport: Transport): Promise<Fault> {
    enter('identifying');
    const probed = await adapter.probe(transport, { time });
    if (!probed.ok) {
      return probed.fault;
    }
    const found = withSerial(probed.value, options.serialNumber);
    if (identified && found.serialNumber !== identity.serialNumber) {
      return fault('DEVICE_WRONG_IDENTITY', { found: found.serialNumber ?? 'unknown' });
    }
    identity = found;
    const source = openSource(transport);
    const settingsFault = await settings.tellAll(source);
    if (settingsFault !== null) {
      return settingsFault;
    }
    const resumed = identified;
    identified = true;
    attempt = 0;
    let drop: (reason: Fault) => void = () => {};
    const dropped = new Promise<Fault>((resolve) => {
      drop = resolve;
    });
    const current: Link = { source, streaming: false, drop };
    link = current;
    enter('ready');
    stream.event(resumed ? 'resumed' : 'identified');
    if (wanted && !stopping.signal.aborted) {
      await exclusive(() => startStreaming(current));
    }
    const end = await Promise.race([transport.closed, dropped]);
    source.end();
    current.streaming = false;
    link = null;
    return end ?? fault('DEVICE_UNPLUGGED');
  }

  async function run(): Promise<void> {
    tell(true);
    while (!stopping.signal.aborted) {
      const wasIdentified = identified;
      const end = await connect(options, stopping.signal, liveOn);
      if (stopping.signal.aborted) {
        return;
      }
      if (attempt === 0 && identified) {
        stream.event('lost');
        reconnects++;
      }
      enter(wasIdentified || identified ? 'lost' : 'connecting', end);
      await pause(time, reconnectDelay(attempt++, options.random()), stopping.signal);
    }
  }

  let queue: Promise<unknown> = Promise.resolve();

  /** One thing at a time is said to a device. */
  function exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = queue.then(action);
    queue = result.catch(() => undefined);
    return result;
  }

  async function applySetting(setting: DeviceSetting): Promise<Result<void>> {
    const current = link;
    if (current === null) {
      return failed('DEVICE_UNPLUGGED');
    }
    const wasStreaming = current.streaming;
    if (wasStreaming) {
      // A streaming board answers no setting; unheard answers would be unproved settings.
      await stopStreaming(current);
    }
    const applied = await current.source.apply(setting);
    if (applied.ok) {
      settings.keep(setting);
    }
    if (wasStreaming && link === current) {
      await startStreaming(current);
    }
    return applied;
  }

  function runCommand(command: DeviceCommand): Promise<Result<void>> {
    return exclusive(async () => {
      if (command.command === 'start') {
        wanted = true;
        return link !== null && !link.streaming ? startStreaming(link) : ok(undefined);
      }
      if (command.command === 'stop') {
        wanted = false;
        return link?.streaming ? stopStreaming(link) : ok(undefined);
      }
      return applySetting(command);
    });
  }

  stream.event('connected');
  tick();
  const running = run();
  return {
    deviceId,
    streamId,
    status,
    command: runCommand,
    continueAfter: stream.continueAfter,
    leftAt: stream.leftAt,
    close: async () => {
      wanted = false;
      const current = link;
      if (current?.streaming) {
        await exclusive(() => stopStreaming(current));
      }
      stopping.abort();
      await running;
      cancelTick();
      enter('disconnected');
    },
  };
}

function unidentified(options: SessionOptions): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer, model } = options.adapter.manifest;
  const { serialNumber } = options;
  return { adapterId, adapterVersion, manufacturer, model, serialNumber, firmware: null };
}

/** Cyton tells no serial number over the wire; the USB bridge's own one stands for it. */
function withSerial(identity: DeviceIdentity, usbSerial: string | null): DeviceIdentity {
  return { ...identity, serialNumber: identity.serialNumber ?? usbSerial };
}
