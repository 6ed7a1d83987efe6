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
import { drainUntilQuiet, listenForReply } from '../_sdk/replies.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createBatcher } from './batcher.ts';
import { createChannelSettings } from './channels.ts';
import { measureImpedances } from './impedance.ts';
import { CYTON_MANIFEST, CYTON_STREAM } from './manifest.ts';
import {
  COMMAND,
  channelCommand,
  createFrameParser,
  dongleFailure,
  parseBanner,
  testSignalCommand,
} from './protocol.ts';
import { readCytonTrace } from './trace.ts';

/** A board that streams (its host died) sends a frame every 4 ms: silence this long means idle. */
const UNPROMPTED_MS = 60;
/** A hundred frames. */
const RECOGNISE_MS = 400;
const QUIET_MS = 100;
const DRAIN_LIMIT_MS = 1_500;
/** The soft reset that `v` is takes about a second before the board speaks. */
const BANNER_TIMEOUT_MS = 3_000;
const REPLY_TIMEOUT_MS = 1_000;
/** After `s` the radio may still deliver for a few frames. */
const STOP_QUIET_MS = 60;

const REPLY_TERMINATOR = '$$$';

const encoder = new TextEncoder();
const send = (transport: Transport, text: string): Promise<Result<void>> =>
  transport.writable.write(encoder.encode(text));

/**
 * A board that was left streaming by a host that is gone would drown the answer to `v`: it is told to
 * stop, but only where its frames were recognised. What chatters otherwise is another product on the
 * same bridge chip, and is written nothing.
 */
async function hushUnprompted(
  transport: Transport,
  time: AdapterDeps['time'],
): Promise<Result<void>> {
  let frames = 0;
  const parser = createFrameParser(
    () => frames++,
    () => undefined,
  );
  const recognise = (chunk: Uint8Array): boolean => {
    parser.push(chunk);
    return frames > 0;
  };
  const first = await hear(transport, time, UNPROMPTED_MS, (chunk) => recognise(chunk) || true);
  if (!first.content) {
    return ok(undefined);
  }
  if (frames > 0 || (await hear(transport, time, RECOGNISE_MS, recognise)).content) {
    const stopped = await send(transport, COMMAND.stop);
    await drainUntilQuiet(transport, time, QUIET_MS, DRAIN_LIMIT_MS);
    return stopped;
  }
  const isQuiet = await drainUntilQuiet(transport, time, QUIET_MS, DRAIN_LIMIT_MS);
  return isQuiet ? ok(undefined) : failed('DEVICE_NO_ANSWER', { found: 'other bytes' });
}

async function probe(transport: Transport, { time }: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const hushed = await hushUnprompted(transport, time);
  if (!hushed.ok) {
    return hushed;
  }
  const asked = await send(transport, COMMAND.identify);
  if (!asked.ok) {
    return asked;
  }
  const heard = await listenForReply(transport, {
    time,
    timeoutMs: BANNER_TIMEOUT_MS,
    isComplete: (text) => parseBanner(text) !== null || /Failure[^$]*\$\$\$/.test(text),
  });
  return identify(heard.text);
}

function identify(text: string): Result<DeviceIdentity> {
  const banner = parseBanner(text);
  if (banner === null) {
    const said = dongleFailure(text);
    return said === null
      ? failed('DEVICE_NO_ANSWER', { bytes: text.length })
      : failed('DEVICE_NO_ANSWER', { said });
  }
  if (banner.daisy) {
    // With a Daisy module frames alternate between two sets of eight channels: not this device.
    return failed('DEVICE_WRONG_IDENTITY', { found: 'Cyton + Daisy' });
  }
  const { adapterId, adapterVersion, manufacturer, model } = CYTON_MANIFEST;
  return ok({
    adapterId,
    adapterVersion,
    manufacturer,
    model,
    serialNumber: null,
    firmware: banner.firmware,
  });
}

function open(
  transport: Transport,
  identity: DeviceIdentity,
  sink: SampleSink,
  { time }: AdapterDeps,
): SampleSource {
  const settings = createChannelSettings();
  const batcher = createBatcher({
    rateHz: CYTON_STREAM.rateHz,
    channelNames: CYTON_STREAM.channels.map((channel) => channel.name),
    settings,
    sink,
  });
  let onBytes: (() => void) | null = null;
  let unlisten: () => void = () => {};

  /** Firmware 1 and 2 apply settings without a word. */
  const answers = !/^v[12]\./.test(identity.firmware ?? '');

  async function tell(command: string): Promise<Result<void>> {
    const sent = await send(transport, command);
    if (!sent.ok) {
      return sent;
    }
    const heard = await listenForReply(transport, {
      time,
      timeoutMs: REPLY_TIMEOUT_MS,
      isComplete: (text) => text.includes(REPLY_TERMINATOR),
    });
    const refusal = dongleFailure(heard.text);
    if (refusal !== null) {
      return failed('DEVICE_REJECTED_COMMAND', { said: refusal });
    }
    return heard.complete || !answers ? ok(undefined) : failed('DEVICE_NO_ANSWER', { command });
  }

  /** `d` also resets gains and inputs: what was set before is told again. */
  async function restoreDefaults(onReset: () => void): Promise<Result<void>> {
    const reset = await tell(COMMAND.defaults);
    if (!reset.ok) {
      return reset;
    }
    onReset();
    for (const setting of settings.custom()) {
      const told = await tell(channelCommand(setting));
      if (!told.ok) {
        return told;
      }
    }
    return ok(undefined);
  }

  function endTestSignal(): Promise<Result<void>> {
    return restoreDefaults(() => {
      settings.acceptTest('off');
      sink.onEvent({ code: 'testSignalOff' });
    });
  }

  function impedance(): Promise<Result<void>> {
    const sites = CYTON_STREAM.channels.map((channel) => channel.name);
    const restore = (): Promise<Result<void>> => restoreDefaults(() => undefined);
    return measureImpedances({ transport, time, tell, restore, settings, sites, sink });
  }

  async function apply(setting: DeviceSetting): Promise<Result<void>> {
    if (setting.command === 'channel') {
      const told = await tell(channelCommand(setting));
      if (told.ok) {
        settings.acceptChannel(setting);
      }
      return told;
    }
    if (setting.command === 'impedance' && !settings.isTestRunning()) {
      return impedance();
    }
    if (setting.command !== 'testSignal') {
      return failed('DEVICE_CANNOT', { command: setting.command });
    }
    if (setting.mode === 'off') {
      return endTestSignal();
    }
    const told = await tell(testSignalCommand(setting.mode));
    if (told.ok) {
      settings.acceptTest(setting.mode);
      sink.onEvent({ code: 'testSignalOn' });
    }
    return told;
  }

  return {
    streams: CYTON_MANIFEST.streams,
    start: () => {
      batcher.reset();
      unlisten = transport.readable.listen((bytes, readAtNs) => {
        batcher.push(bytes, readAtNs);
        onBytes?.();
      });
      return send(transport, COMMAND.start);
    },
    stop: async () => {
      const sent = await send(transport, COMMAND.stop);
      await new Promise<void>((resolve) => {
        let cancel: () => void = () => {};
        const finish = (): void => {
          cancel();
          cancelLimit();
          onBytes = null;
          resolve();
        };
        const cancelLimit = time.after(DRAIN_LIMIT_MS, finish);
        onBytes = () => {
          cancel();
          cancel = time.after(STOP_QUIET_MS, finish);
        };
        onBytes();
      });
      unlisten();
      batcher.flush();
      return sent;
    },
    apply,
    end: () => {
      unlisten();
      batcher.flush();
    },
  };
}

export const cytonAdapter: AdapterModule = {
  manifest: CYTON_MANIFEST,
  probe,
  open,
  readTrace: readCytonTrace,
};
