import type { EmulatedInstrument, EmulatorOptions } from '../definition.ts';
import { createPending, oneIn } from '../usb/pending.ts';
import * as messages from './messages.ts';
import { createCommandReader, type HostCommand, toReports } from './reports.ts';
import { DEFAULT_MASK, maskOf, SENSORS } from './sensors.ts';
import { createStream } from './stream.ts';

export const GDXSPR_SERIAL = '0A100042';
const { COMMAND } = messages;
const MIN_PERIOD_US = 10_000;
const REFUSED = 1;

function readU32(body: Uint8Array, at: number): number {
  return new DataView(body.buffer, body.byteOffset).getUint32(at, true);
}

/** Changes that faults make to messages on their way out. */
function createSpoiler(faults: Readonly<Record<string, number>>) {
  const badSum = oneIn(faults['bad-checksum']);
  const short = oneIn(faults['short-report']);
  let injected = 0;
  return {
    injected: () => injected,
    count: () => {
      injected += 1;
    },
    reports: (message: Uint8Array): Uint8Array[] => {
      if (badSum()) {
        message[3] = (message[3] ?? 0) ^ 0x55;
        injected += 1;
      }
      return toReports(message).map((report) => {
        if (!short()) return report;
        injected += 1;
        return report.slice(0, 1 + ((report[0] ?? 0) >> 1));
      });
    },
  };
}

/**
 * A Vernier Go Direct spirometer on USB HID, as a state machine. It answers nothing before INIT; a
 * command with a wrong checksum or an unknown code is not answered at all.
 */
export function createGdxSpr(options: EmulatorOptions): EmulatedInstrument {
  const faults = options.faults ?? {};
  const missing = faults['sensor-missing'];
  const sensors = SENSORS.filter((sensor) => sensor.number !== missing);
  const spoiler = createSpoiler(faults);
  const read = createCommandReader();
  const pending = createPending();
  const wrongCounter = oneIn(faults['wrong-counter']);
  const twice = oneIn(faults['two-replies']);
  let isReady = false;
  let periodUs = MIN_PERIOD_US;
  let counter = 0;
  let repliesSent = 0;
  const nextCounter = (): number => {
    counter = (counter + 1) & 0xff;
    return counter;
  };
  const stream = createStream({
    seed: options.seed ?? 1,
    form: options.variant === 'wide' || options.variant === 'single' ? options.variant : 'normal',
    dropEvery: faults['dropped-report'],
    onDrop: spoiler.count,
    send: (kind, rest, dueMs) => {
      const message = messages.measurement(nextCounter(), kind, rest);
      for (const report of spoiler.reports(message)) pending.push(report, dueMs);
    },
  });

  const begin = (body: Uint8Array, nowMs: number): number => {
    const mask = readU32(body, 3);
    if (mask === 0 || (mask & ~maskOf(sensors)) !== 0) return REFUSED;
    const wanted = sensors.filter((sensor) => ((mask >>> sensor.number) & 1) === 1);
    stream.start(wanted, periodUs, nowMs);
    return 0;
  };
  const setPeriod = (body: Uint8Array): number => {
    periodUs = Math.max(MIN_PERIOD_US, readU32(body, 3));
    return 0;
  };
  const stop = (): number => {
    stream.stop();
    return 0;
  };
  const payloadOf = ({ code, body }: HostCommand, nowMs: number): Uint8Array | undefined => {
    switch (code) {
      case COMMAND.init:
      case COMMAND.disconnect:
        stream.stop();
        isReady = code === COMMAND.init;
        return Uint8Array.of(0);
      case COMMAND.status:
        return messages.deviceStatus();
      case COMMAND.info:
        return messages.deviceInfo(GDXSPR_SERIAL);
      case COMMAND.sensorIds:
        return messages.u32(maskOf(sensors));
      case COMMAND.defaultMask:
        return messages.u32(DEFAULT_MASK & maskOf(sensors));
      case COMMAND.sensorInfo:
        return messages.sensorInfo(
          body[1] ?? 0,
          sensors.find((sensor) => sensor.number === body[1]),
        );
      case COMMAND.period:
        return body.length < 7 ? undefined : Uint8Array.of(setPeriod(body));
      case COMMAND.start:
        return body.length < 7 ? undefined : Uint8Array.of(begin(body, nowMs));
      case COMMAND.stop:
        return Uint8Array.of(stop());
      default:
        return undefined;
    }
  };
  const answer = (command: HostCommand, nowMs: number): void => {
    if (!isReady && command.code !== COMMAND.init) return;
    const payload = payloadOf(command, nowMs);
    if (payload === undefined) return;
    const limit = faults['silent'];
    if (limit !== undefined && repliesSent >= limit) {
      spoiler.count();
      return;
    }
    repliesSent += 1;
    const isWrong = wrongCounter();
    const claimed = isWrong ? { ...command, counter: (command.counter + 1) & 0xff } : command;
    const lateMs = faults['late-reply'] ?? 0;
    const copies = twice() ? 2 : 1;
    if (isWrong) spoiler.count();
    if (lateMs > 0) spoiler.count();
    if (copies === 2) spoiler.count();
    for (let copy = 0; copy < copies; copy += 1) {
      const message = messages.reply(nextCounter(), claimed, payload);
      for (const report of spoiler.reports(message)) pending.push(report, nowMs + lateMs);
    }
  };

  return {
    receive: (bytes, nowMs) => {
      stream.produce(nowMs);
      const command = read(bytes);
      if (command !== undefined) answer(command, nowMs);
      return pending.release(nowMs).writes;
    },
    advance: (nowMs) => {
      stream.produce(nowMs);
      return { ...pending.release(nowMs), sent: [] };
    },
    nextDueMs: () => Math.min(stream.nextDueMs(), pending.nextDueMs()),
    faultsInjected: spoiler.injected,
  };
}
