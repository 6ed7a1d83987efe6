import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type {
  AdapterDeps,
  AdapterModule,
  DeviceSetting,
  SampleSink,
  SampleSource,
} from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { createLiveSource } from '../_sdk/liveSource.ts';
import { drainUntilQuiet } from '../_sdk/replies.ts';
import { pause } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createNewDecoder, createOldDecoder } from './decoders.ts';
import { downloadSession, IDLE_MS } from './download.ts';
import { CMS50D_MANIFEST, NEW_MODEL, NEW_STREAMS, OLD_MODEL, OLD_STREAMS } from './manifest.ts';
import { createNewParser, NEW_COMMAND, PACKET, secondsOf } from './newWire.ts';
import { createOldParser, OLD_COMMAND } from './oldWire.ts';
import { createNewSessionReader, createOldSessionReader } from './sessions.ts';
import { createCms50dTrace } from './trace.ts';

/** The old device speaks 60 times a second, without being asked. */
const OLD_LISTEN_MS = 700;
const FRAMES_TO_BELIEVE = 6;
/** A new device that its host left streaming. */
const UNASKED_MS = 250;
const PACKETS_TO_BELIEVE = 2;
const START_TIMEOUT_MS = 2_500;
const QUIET_MS = 100;
const DRAIN_LIMIT_MS = 1_000;
/** As often as the public program says it; without it the device stops by itself. */
const KEEP_ALIVE_MS = 5_000;
const NEVER = new AbortController().signal;

function identity(model: string): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer } = CMS50D_MANIFEST;
  return { adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware: null };
}

async function probeOld(
  transport: Transport,
  { time }: Pick<AdapterDeps, 'time'>,
): Promise<Result<DeviceIdentity>> {
  let frames = 0;
  const ignore = (): void => undefined;
  const parser = createOldParser(() => frames++, ignore, ignore);
  const { bytes, content } = await hear(transport, time, OLD_LISTEN_MS, (chunk) => {
    parser.push(chunk);
    return frames >= FRAMES_TO_BELIEVE;
  });
  return content ? ok(identity(OLD_MODEL)) : failed('DEVICE_NO_ANSWER', { bytes });
}

function hearRealtime(transport: Transport, time: AdapterDeps['time'], timeoutMs: number) {
  let packets = 0;
  const ignore = (): void => undefined;
  const count = (type: number): void => {
    packets += type === PACKET.realtime ? 1 : 0;
  };
  const parser = createNewParser(count, ignore, ignore);
  return hear(transport, time, timeoutMs, (chunk) => {
    parser.push(chunk);
    return packets >= PACKETS_TO_BELIEVE;
  });
}

/** The only identification there is: to be asked to start, to stream, and to be asked to stop. */
async function probeNew(
  transport: Transport,
  { time }: Pick<AdapterDeps, 'time'>,
): Promise<Result<DeviceIdentity>> {
  const unasked = await hearRealtime(transport, time, UNASKED_MS);
  if (unasked.bytes > 0 && !unasked.content) {
    // Something else speaks here: it is not to be written to.
    return failed('DEVICE_NO_ANSWER', { bytes: unasked.bytes });
  }
  if (!unasked.content) {
    const asked = await transport.writable.write(NEW_COMMAND.start);
    if (!asked.ok) {
      return asked;
    }
    const heard = await hearRealtime(transport, time, START_TIMEOUT_MS);
    if (!heard.content) {
      return failed('DEVICE_NO_ANSWER', { bytes: heard.bytes });
    }
  }
  const stopped = await transport.writable.write(NEW_COMMAND.stop);
  await drainUntilQuiet(transport, time, QUIET_MS, DRAIN_LIMIT_MS);
  return stopped.ok ? ok(identity(NEW_MODEL)) : stopped;
}

function openOld(transport: Transport, sink: SampleSink, { time }: AdapterDeps): SampleSource {
  return createLiveSource({
    transport,
    streams: OLD_STREAMS,
    decoder: createOldDecoder(sink),
    apply: (setting) =>
      isDownload(setting)
        ? downloadSession({
            transport,
            time,
            sink,
            begin: OLD_COMMAND.download,
            cease: OLD_COMMAND.downloadStop,
            reader: createOldSessionReader,
            channels: 2,
          })
        : cannot(setting),
  });
}

function openNew(transport: Transport, sink: SampleSink, { time }: AdapterDeps): SampleSource {
  let cancelKeepAlive: () => void = () => undefined;
  const keepAlive = (): void => {
    cancelKeepAlive = time.after(KEEP_ALIVE_MS, () => {
      // A write that fails shows as the transport's end.
      void transport.writable.write(NEW_COMMAND.keepAlive);
      keepAlive();
    });
  };
  const source = createLiveSource({
    transport,
    streams: NEW_STREAMS,
    decoder: createNewDecoder(sink),
    begin: async () => {
      const begun = await transport.writable.write(NEW_COMMAND.start);
      if (begun.ok) {
        keepAlive();
      }
      return begun;
    },
    cease: async () => {
      cancelKeepAlive();
      const ceased = await transport.writable.write(NEW_COMMAND.stop);
      await pause(time, QUIET_MS, NEVER);
      return ceased;
    },
    apply: (setting) =>
      isDownload(setting) ? downloadNew(transport, sink, time) : cannot(setting),
  });
  return {
    ...source,
    end: () => {
      cancelKeepAlive();
      source.end();
    },
  };
}

async function downloadNew(
  transport: Transport,
  sink: SampleSink,
  time: AdapterDeps['time'],
): Promise<Result<void>> {
  let announced: number | null = null;
  const ignore = (): void => undefined;
  const parser = createNewParser(
    (type, data) => {
      announced = type === PACKET.duration ? secondsOf(data) : announced;
    },
    ignore,
    ignore,
  );
  const heard = hear(transport, time, IDLE_MS, (bytes) => {
    parser.push(bytes);
    return announced !== null;
  });
  const asked = await transport.writable.write(NEW_COMMAND.duration);
  if (!asked.ok) {
    return asked;
  }
  await heard;
  return downloadSession({
    transport,
    time,
    sink,
    begin: NEW_COMMAND.download,
    cease: NEW_COMMAND.downloadStop,
    reader: () => createNewSessionReader(announced),
    channels: 3,
  });
}

/** Nothing public tells how a session is deleted. */
function isDownload(setting: DeviceSetting): boolean {
  return setting.command === 'download' && !setting.clear;
}

function cannot(setting: DeviceSetting): Promise<Result<void>> {
  return Promise.resolve(failed('DEVICE_CANNOT', { command: setting.command }));
}

export const cms50dAdapter: AdapterModule = {
  manifest: CMS50D_MANIFEST,
  probe: (transport, deps) =>
    deps.wire.name === 'v7' ? probeNew(transport, deps) : probeOld(transport, deps),
  open: (transport, found, sink, deps) =>
    found.model === NEW_MODEL ? openNew(transport, sink, deps) : openOld(transport, sink, deps),
  readTrace: createCms50dTrace,
};
