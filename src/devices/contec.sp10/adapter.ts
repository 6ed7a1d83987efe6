import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink } from '../_sdk/adapter.ts';
import { createExchange, type Exchange } from '../_sdk/exchange.ts';
import { giveReading, localClock } from '../_sdk/readings.ts';
import { createStoredSource, type DownloadRun } from '../_sdk/storedSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { giveCurve } from './curve.ts';
import { CURVE, SP10_MANIFEST } from './manifest.ts';
import { ANSWER_MS, askCount, endDeleting, endKeeping, readMemory, type Stored } from './memory.ts';
import { COMMAND, clockSetReader, helloReader, identityReader } from './protocol.ts';
import { readSp10Trace } from './trace.ts';

/** The published program lets 300 ms pass after a curve before it asks on. */
const SETTLE_MS = 300;

function converse(
  transport: Transport,
  deps: AdapterDeps,
  signal: AbortSignal,
  onDamaged: () => void,
): Exchange {
  return createExchange({
    line: transport,
    time: deps.time,
    signal,
    onDamaged,
    settleMs: SETTLE_MS,
  });
}

const greet = (exchange: Exchange): Promise<Result<true>> =>
  exchange.ask({ name: 'hello', send: [COMMAND.hello], reader: helloReader, timeoutMs: ANSWER_MS });

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const exchange = converse(transport, deps, new AbortController().signal, () => undefined);
  const greeted = await greet(exchange);
  if (!greeted.ok) {
    return asIdentityFault(greeted);
  }
  const identity = await exchange.ask({
    name: 'identify',
    send: [COMMAND.identify],
    reader: identityReader,
    timeoutMs: ANSWER_MS,
  });
  if (!identity.ok) {
    return asIdentityFault(identity);
  }
  // Whether the six bytes of the answer name the device or its kind is not known: no serial number.
  const { adapterId, adapterVersion, manufacturer, model } = SP10_MANIFEST;
  return ok({ adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware: null });
}

/** Something answers, and not as this device does: with an assumed baud rate that is likely. */
function asIdentityFault(result: Extract<Result<unknown>, { ok: false }>): Result<never> {
  return result.fault.code === 'DEVICE_PROTOCOL'
    ? failed('DEVICE_WRONG_IDENTITY', { found: 'other bytes' })
    : result;
}

function give({ record, curve }: Stored, sink: SampleSink): void {
  const { deviceTime, number, values, readAtNs } = record;
  const reading = `${deviceTime ?? ''}#${number}`;
  giveReading(sink, { reading, deviceTime, readAtNs, flags: [], values });
  if (curve !== null) {
    giveCurve(curve, deviceTime, sink);
  }
}

async function download(
  transport: Transport,
  sink: SampleSink,
  deps: AdapterDeps,
  run: DownloadRun,
): Promise<Result<void>> {
  const exchange = converse(transport, deps, run.signal, () => sink.onBadFrames(1));
  const greeted = await greet(exchange);
  if (!greeted.ok) {
    return greeted;
  }
  const counted = await askCount(exchange);
  if (!counted.ok) {
    return counted;
  }
  run.accepted();
  if (counted.value === 0) {
    return ok(undefined);
  }
  const stored: Stored[] = [];
  const read = await readMemory(exchange, counted.value, stored);
  for (const one of stored) {
    give(one, sink);
  }
  const unknown = stored.filter(({ record }) => !record.isForced).length;
  if (read.ok && run.clear && unknown === 0 && !run.signal.aborted) {
    return endDeleting(exchange, counted.value);
  }
  const ended = await endKeeping(exchange);
  if (read.ok && run.clear) {
    // Something that could not be shown must not be deleted.
    return failed('DEVICE_PROTOCOL', { to: 'delete', unknown });
  }
  return read.ok ? ended : read;
}

async function setClock(
  transport: Transport,
  sink: SampleSink,
  deps: AdapterDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const exchange = converse(transport, deps, signal, () => sink.onBadFrames(1));
  const greeted = await greet(exchange);
  if (!greeted.ok) {
    return greeted;
  }
  const set = await exchange.ask({
    name: 'clock',
    send: [COMMAND.setClock(localClock(deps.time.wallClock()))],
    reader: clockSetReader,
    timeoutMs: ANSWER_MS,
  });
  if (!set.ok) {
    return set;
  }
  if (set.value !== 0) {
    return failed('DEVICE_REJECTED_COMMAND', { to: 'clock', said: set.value });
  }
  sink.onClock(0, true);
  sink.onEvent({ code: 'clockSet' });
  return ok(undefined);
}

export const sp10Adapter: AdapterModule = {
  manifest: SP10_MANIFEST,
  probe,
  open: (transport, _identity, sink, deps) =>
    createStoredSource({
      sink,
      streams: [CURVE],
      canClear: true,
      download: (run) => download(transport, sink, deps, run),
      setClock: (signal) => setClock(transport, sink, deps, signal),
    }),
  readTrace: readSp10Trace,
};
