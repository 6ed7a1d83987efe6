import type {
  DeviceCommand,
  DeviceIdentity,
  DeviceState,
  DeviceStatus,
} from '../../contracts/devices.ts';
import { type Fault, fault, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, SampleSource, Wire } from '../_sdk/adapter.ts';
import { nsToMs, pause } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { reconnectDelay } from './backoff.ts';
import { createClockBook } from './clockBook.ts';
import { createCommands, type Link } from './commands.ts';
import { connect, type WireEnd } from './connection.ts';
import { createDeviceStreams } from './deviceStreams.ts';
import { createKeptSettings } from './keptSettings.ts';
import { createQualityWatch } from './quality.ts';
import type { StreamMark } from './recorder/openRecording.ts';
import { calibrationState, caveatsOf, unidentified, wiresFor, withSerial } from './sessionFacts.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { createSilenceWatch, TICK_MS } from './silence.ts';
import { createGate, createSink } from './sink.ts';
import type { Carried } from './stream.ts';
import { createTrace, type Trace } from './trace.ts';

/** How often counts and clock are told when nothing else changed. */
const STATUS_EVERY_TICKS = 4;
/** A device is told to stop before it is let go; a download under way is not waited for longer. */
const GOODBYE_MS = 5_000;

export type Session = {
  readonly deviceId: string;
  status(): DeviceStatus;
  command(command: DeviceCommand): Promise<Result<void>>;
  /** The device is given to a resident (an opaque mark), or to nobody. */
  bind(binding: string | null): void;
  /** Whom the running recording belongs to; null: nobody, or nothing is recorded. */
  setRecordingBinding(binding: string | null): void;
  readonly trace: Trace;
  /** Something was plugged in: a device that is away is looked for at once. */
  retryNow(): void;
  /** Lets go of the device and begins again, as if it had been replugged. */
  reconnect(): void;
  /** See `Stream`. */
  readonly continueAfter: (mark: StreamMark, sinceNs: bigint) => void;
  readonly leftAt: () => ReadonlyMap<number, Carried>;
  readonly streamIds: () => readonly number[];
  /** Stops the device and lets go of it; resolves when its last block was published. */
  close(): Promise<void>;
};

/** Keeps one device: connects, identifies, starts, watches, and does it again when it was lost. */
export function createSession(options: SessionOptions): Session {
  const { adapter, deviceId, time } = options;
  const { manifest } = adapter;
  const streams = createDeviceStreams({
    firstEpoch: 0,
    ...options,
    calibration: () => calibrationState(options, identity),
  });
  const quality = createQualityWatch();
  const silence = createSilenceWatch(manifest, quality);
  const trace = createTrace(() => adapter.readTrace(), time);
  const stopping = new AbortController();
  const settings = createKeptSettings();
  let identity: DeviceIdentity = unidentified(options);
  let state: DeviceState = 'connecting';
  let reason: Fault | null = null;
  let identified = false;
  let wanted = true;
  let link: Link | null = null;
  let wire: Wire = manifest.wires[0];
  const deviceClock = createClockBook(() => Date.parse(time.wallClock()));
  let binding: string | null = null;
  let recordingBinding: string | null = null;
  let badFrames = 0;
  let measurements = 0;
  let reconnects = 0;
  let ticks = 0;
  /** Failures to connect since the last success. */
  let attempt = 0;
  let told = '';
  let cancelTick: () => void = () => {};
  let waiting = new AbortController();

  function causes(): DeviceStatus['quality'] {
    if (link === null) {
      return [];
    }
    const found = link.streaming ? quality.causes(nsToMs(time.nowNs()), streams.clock()) : [];
    const wrong = binding !== null && recordingBinding !== null && binding !== recordingBinding;
    return wrong ? [{ cause: 'wrongBinding' }, ...found] : found;
  }

  function status(): DeviceStatus {
    const doubts = causes();
    const counts = { ...streams.counts(), badFrames, measurements, reconnects };
    return {
      deviceId,
      kind: manifest.kind,
      state: state === 'streaming' && doubts.length > 0 ? 'degraded' : state,
      reason,
      identity,
      address: options.address,
      quality: doubts,
      caveats: caveatsOf(manifest, identity),
      capabilities: [...manifest.capabilities],
      clock: streams.clock(),
      deviceClock: deviceClock.current(),
      calibration: calibrationState(options, identity),
      binding,
      tracing: trace.isOn(),
      counts,
      streamIds: streams.streamIds(),
    };
  }

  function tell(always: boolean): void {
    const now = status();
    const { counts: _counts, clock: _clock, ...essence } = now;
    const text = JSON.stringify(essence);
    if (always || text !== told) {
      told = text;
      options.publish({ kind: 'status', status: now });
    }
  }

  function enter(next: DeviceState, why: Fault | null = null): void {
    state = next;
    reason = why;
    tell(false);
  }

  function tick(): void {
    cancelTick = time.after(TICK_MS, tick);
    ticks++;
    silence.tick();
    tell(ticks % STATUS_EVERY_TICKS === 0);
  }

  function alive(): void {
    silence.heard();
    reason = null;
    if (state === 'ready' && link?.streaming) {
      const flows = link.source.flows?.() ?? manifest.quietMs !== null;
      if (flows) {
        enter('streaming');
      }
    }
  }

  const sink = createSink({
    manifest,
    streams,
    quality,
    time,
    publish: options.publish,
    context: () => ({
      deviceId,
      identity,
      calibration: calibrationState(options, identity),
      binding,
      clockOffsetMs: (deviceTime) => deviceClock.offsetFor(deviceTime),
    }),
    onAlive: alive,
    onMeasured: () => void measurements++,
    onBadFrames: (count) => {
      badFrames += count;
    },
    onClock: (offsetMs, set) => deviceClock.compare(offsetMs, set),
    onFault: (why) => {
      if (why.code === 'DEVICE_NO_ANSWER') {
        link?.drop(why);
      } else {
        enter(state, why);
      }
    },
  });

  async function startStreaming(to: Link): Promise<Result<void>> {
    quality.reset(streams.specs());
    streams.beginLive(identity);
    to.streaming = true;
    streams.event('started');
    const started = await to.source.start();
    silence.begin(to.drop);
    if (!started.ok) {
      to.drop(started.fault);
    }
    return started;
  }

  async function stopStreaming(from: Link): Promise<Result<void>> {
    silence.end();
    const stopped = await from.source.stop();
    from.streaming = false;
    streams.event('stopped');
    if (link === from) {
      enter('ready');
    }
    return stopped;
  }

  async function goodbye(to: Link): Promise<void> {
    if (to.streaming) {
      await stopStreaming(to);
    }
    await to.source.leave?.();
  }

  async function liveOn(transport: Transport, as: Wire): Promise<WireEnd> {
    enter('identifying');
    const overheard = trace.tap(transport);
    const deps: AdapterDeps = { time, wire: as, calibration: options.calibration };
    const probed = await adapter.probe(overheard, deps);
    if (!probed.ok) {
      const wrongWire = probed.fault.code === 'DEVICE_NO_ANSWER' && !identified;
      return { fault: probed.fault, wrongWire };
    }
    const found = withSerial(probed.value, options.serialNumber);
    if (identified && found.serialNumber !== identity.serialNumber) {
      const other = fault('DEVICE_WRONG_IDENTITY', { found: found.serialNumber ?? 'unknown' });
      return { fault: other, wrongWire: false };
    }
    identity = found;
    wire = as;
    const gate = createGate(sink);
    const source = adapter.open(overheard, identity, gate.sink, deps);
    streams.use(source.streams);
    const settingsFault = await settings.tellAll(source);
    const end = settingsFault ?? (await live(transport, source));
    source.end();
    gate.close();
    return { fault: end, wrongWire: false };
  }

  async function live(transport: Transport, source: SampleSource): Promise<Fault> {
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
    streams.event(resumed ? 'resumed' : 'identified');
    if (wanted && !stopping.signal.aborted) {
      await commands.exclusive(() => startStreaming(current));
    }
    const end = await Promise.race([transport.closed, dropped]);
    silence.end();
    source.end();
    current.streaming = false;
    link = null;
    return end ?? fault('DEVICE_UNPLUGGED');
  }

  const commands = createCommands({
    capabilities: manifest.capabilities,
    settings,
    link: () => link,
    start: startStreaming,
    stop: stopStreaming,
    setWanted: (value) => {
      wanted = value;
    },
  });

  async function run(): Promise<void> {
    tell(true);
    while (!stopping.signal.aborted) {
      const wasIdentified = identified;
      const wires = wiresFor(manifest, options.address, identified ? wire : options.firstWire);
      const end = await connect(options, wires, stopping.signal, liveOn);
      if (stopping.signal.aborted) {
        return;
      }
      if (attempt === 0 && identified) {
        streams.event('lost');
        reconnects++;
      }
      enter(wasIdentified || identified ? 'lost' : 'connecting', end);
      await pause(time, reconnectDelay(attempt++, options.random()), waiting.signal);
      waiting = new AbortController();
    }
  }

  streams.event('connected');
  tick();
  const running = run();
  return {
    deviceId,
    status,
    command: commands.run,
    bind: (to) => {
      binding = to;
      tell(false);
    },
    setRecordingBinding: (to) => {
      recordingBinding = to;
      tell(false);
    },
    trace,
    retryNow: () => waiting.abort(),
    reconnect: () => {
      waiting.abort();
      link?.drop(fault('DEVICE_UNPLUGGED'));
    },
    continueAfter: streams.continueAfter,
    leftAt: streams.leftAt,
    streamIds: streams.streamIds,
    close: async () => {
      wanted = false;
      const current = link;
      if (current !== null) {
        const said = new AbortController();
        const goodbyes = commands.exclusive(() => goodbye(current)).finally(() => said.abort());
        await Promise.race([goodbyes, pause(time, GOODBYE_MS, said.signal)]);
      }
      stopping.abort();
      waiting.abort();
      await running;
      cancelTick();
      enter('disconnected');
    },
  };
}
