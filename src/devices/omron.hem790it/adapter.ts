import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink } from '../_sdk/adapter.ts';
import { createExchange, type Exchange } from '../_sdk/exchange.ts';
import { createReadingNames, giveReading, oldestFirst } from '../_sdk/readings.ts';
import { createStoredSource, type DownloadRun } from '../_sdk/storedSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { HEM790IT_MANIFEST } from './manifest.ts';
import {
  COMMAND,
  clearedReader,
  countReader,
  MODE,
  type OmronReading,
  readingReader,
  sameReading,
  versionReader,
} from './protocol.ts';
import { readHem790itTrace } from './trace.ts';

const ANSWER_MS = 2_000;
const SETTLE_MS = 100;
/** "NO" to a good question is documented as passing: it is asked again. */
const REFUSALS = 3;
/** Each of its two users has a memory of his own. */
const BANKS = [
  { bank: 0, site: 'userA' },
  { bank: 1, site: 'userB' },
] as const;
const LAST_INDEX = 255;

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

async function enterMode(
  transport: Transport,
  exchange: Exchange,
  mode: Uint8Array,
): Promise<Result<void>> {
  if (transport.control === null) {
    return failed('DEVICE_TRANSPORT_FAILED', { reason: 'no feature reports' });
  }
  const set = await transport.control.write({ kind: 'feature', reportId: 0 }, mode);
  if (!set.ok) {
    return set;
  }
  const cleared = await exchange.ask({
    name: 'clear',
    send: COMMAND.clear,
    reader: clearedReader,
    timeoutMs: ANSWER_MS,
  });
  return cleared.ok ? ok(undefined) : cleared;
}

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const exchange = converse(transport, deps, new AbortController().signal, () => undefined);
  const entered = await enterMode(transport, exchange, MODE.information);
  if (!entered.ok) {
    return entered;
  }
  const version = await exchange.ask({
    name: 'VER',
    send: COMMAND.version,
    reader: versionReader,
    timeoutMs: ANSWER_MS,
  });
  if (!version.ok) {
    return version;
  }
  if (version.value === null || !/7080IT|790IT/.test(version.value)) {
    return failed('DEVICE_WRONG_IDENTITY', { found: version.value ?? 'NO' });
  }
  const { adapterId, adapterVersion, manufacturer, model } = HEM790IT_MANIFEST;
  const firmware = version.value;
  return ok({ adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware });
}

async function readCount(exchange: Exchange, bank: number): Promise<Result<number>> {
  for (let refused = 0; refused < REFUSALS; refused++) {
    const count = await exchange.ask({
      name: 'GDC',
      send: COMMAND.count(bank),
      reader: countReader,
      timeoutMs: ANSWER_MS,
    });
    if (!count.ok) {
      return count;
    }
    if (count.value !== null) {
      return ok(count.value);
    }
  }
  return failed('DEVICE_REJECTED_COMMAND', { said: 'NO', to: 'GDC' });
}

/** null: the monitor kept saying that it has no such reading. */
async function readOne(
  exchange: Exchange,
  bank: number,
  index: number,
  refusals = REFUSALS,
): Promise<Result<OmronReading | null>> {
  for (let refused = 0; refused < refusals; refused++) {
    const answer = await exchange.ask({
      name: 'GME',
      send: COMMAND.reading(bank, index),
      reader: readingReader,
      timeoutMs: ANSWER_MS,
    });
    if (!answer.ok || answer.value !== null) {
      return answer;
    }
  }
  return ok(null);
}

/** A reading that cannot be read does not hide the others. */
async function readBank(
  exchange: Exchange,
  bank: number,
  counted: number,
  readings: OmronReading[],
): Promise<Result<void>> {
  let unreadable: Result<void> = ok(undefined);
  for (let index = 0; index < counted; index++) {
    const reading = await readOne(exchange, bank, index);
    if (!reading.ok && reading.fault.code === 'DEVICE_PROTOCOL') {
      unreadable = reading;
      continue;
    }
    if (!reading.ok) {
      return reading;
    }
    if (reading.value === null) {
      return failed('DEVICE_PROTOCOL', { to: 'GDC', counted, given: index });
    }
    readings.push(reading.value);
  }
  return unreadable;
}

/**
 * Is there a reading beyond those counted? What the monitor answers there is not documented, so that
 * only a whole reading that it has not given yet contradicts its count.
 */
async function checkBeyond(
  exchange: Exchange,
  bank: number,
  readings: readonly OmronReading[],
): Promise<Result<void>> {
  const counted = readings.length;
  if (counted > LAST_INDEX) {
    return ok(undefined);
  }
  const beyond = await readOne(exchange, bank, counted, 1);
  const another = beyond.ok ? beyond.value : null;
  return another === null || readings.some((reading) => sameReading(reading, another))
    ? ok(undefined)
    : failed('DEVICE_PROTOCOL', { to: 'GDC', counted, given: counted + 1 });
}

function give(readings: readonly OmronReading[], site: string, sink: SampleSink): void {
  const name = createReadingNames();
  const group = site === 'userA' ? 'A' : 'B';
  for (const reading of oldestFirst(readings)) {
    giveReading(sink, {
      reading: name(reading.deviceTime, group),
      deviceTime: reading.deviceTime,
      readAtNs: reading.readAtNs,
      site,
      flags: [],
      values: [
        { name: 'systolicPressure', value: reading.systolic },
        { name: 'diastolicPressure', value: reading.diastolic },
        { name: 'cuffPulseRate', value: reading.pulse },
      ],
    });
  }
}

/** `END` is not said: the monitor would switch itself off, and could not be asked again. */
async function download(
  transport: Transport,
  sink: SampleSink,
  deps: AdapterDeps,
  run: DownloadRun,
): Promise<Result<void>> {
  const exchange = converse(transport, deps, run.signal, () => sink.onBadFrames(1));
  const entered = await enterMode(transport, exchange, MODE.readings);
  if (!entered.ok) {
    return entered;
  }
  for (const { bank, site } of BANKS) {
    const count = await readCount(exchange, bank);
    if (!count.ok) {
      return count;
    }
    run.accepted();
    const readings: OmronReading[] = [];
    const read = await readBank(exchange, bank, count.value, readings);
    give(readings, site, sink);
    const checked = read.ok ? await checkBeyond(exchange, bank, readings) : read;
    if (!checked.ok) {
      return checked;
    }
  }
  return ok(undefined);
}

export const hem790itAdapter: AdapterModule = {
  manifest: HEM790IT_MANIFEST,
  probe,
  open: (transport, _identity, sink, deps) =>
    createStoredSource({
      sink,
      streams: [],
      canClear: false,
      download: (run) => download(transport, sink, deps, run),
      setClock: null,
    }),
  readTrace: readHem790itTrace,
};
