import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink } from '../_sdk/adapter.ts';
import { createExchange, type Exchange, type Question } from '../_sdk/exchange.ts';
import { createReadingNames, giveReading, oldestFirst } from '../_sdk/readings.ts';
import { createStoredSource, type DownloadRun } from '../_sdk/storedSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { BM58_MANIFEST } from './manifest.ts';
import {
  awakeReader,
  type Bm58Record,
  COMMAND,
  countReader,
  idReader,
  recordReader,
  sameRecord,
} from './protocol.ts';
import { readBm58Trace } from './trace.ts';

/** The published programs wait half a second for each answer. */
const ANSWER_MS = 1_000;
/** 32 bytes at 4800 baud take 67 ms: a damaged answer has passed after this. */
const SETTLE_MS = 150;
/** How often the same is asked at most until two answers agree. */
const READINGS = 6;
const ATTEMPTS = 3;
const LAST_NUMBER = 255;

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

const wake = (exchange: Exchange): Promise<Result<true>> =>
  exchange.ask({ name: 'wake', send: [COMMAND.wake], reader: awakeReader, timeoutMs: ANSWER_MS });

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const exchange = converse(transport, deps, new AbortController().signal, () => undefined);
  const awake = await wake(exchange);
  if (!awake.ok) {
    return awake;
  }
  const id = await exchange.ask({
    name: 'identify',
    send: [COMMAND.identify],
    reader: idReader,
    timeoutMs: ANSWER_MS,
  });
  if (!id.ok) {
    return id.fault.code === 'DEVICE_PROTOCOL'
      ? failed('DEVICE_WRONG_IDENTITY', { found: 'no readable name' })
      : id;
  }
  const { adapterId, adapterVersion, manufacturer, model } = BM58_MANIFEST;
  return ok({ adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware: null });
}

/**
 * Asks until two answers agree: neither the count nor a record has a checksum.
 * @param attempts after silence or damage; see `Question`.
 */
async function askTwice<T>(
  exchange: Exchange,
  question: Pick<Question<T>, 'name' | 'send' | 'reader' | 'attempts'>,
  isSame: (a: T, b: T) => boolean,
): Promise<Result<T>> {
  const heard: T[] = [];
  for (let reading = 0; reading < READINGS; reading++) {
    const answer = await exchange.ask({ ...question, timeoutMs: ANSWER_MS });
    if (!answer.ok || heard.some((before) => isSame(before, answer.value))) {
      return answer;
    }
    heard.push(answer.value);
  }
  return failed('DEVICE_PROTOCOL', { to: question.name, attempts: READINGS });
}

const askRecord = (
  exchange: Exchange,
  number: number,
  attempts = ATTEMPTS,
): Promise<Result<Bm58Record | null>> =>
  askTwice(
    exchange,
    { name: 'record', send: [COMMAND.record(number)], reader: recordReader, attempts },
    sameRecord,
  );

/**
 * The count must be what is given: every record below it, and none above. A record that cannot be
 * read does not hide the others.
 */
async function readAll(
  exchange: Exchange,
  counted: number,
  records: Bm58Record[],
): Promise<Result<void>> {
  let unreadable: Result<void> = ok(undefined);
  for (let number = 1; number <= counted; number++) {
    const record = await askRecord(exchange, number);
    if (!record.ok && record.fault.code === 'DEVICE_PROTOCOL') {
      unreadable = record;
      continue;
    }
    if (!record.ok) {
      return record;
    }
    if (record.value === null) {
      return failed('DEVICE_PROTOCOL', { to: 'count', counted, given: number - 1 });
    }
    records.push(record.value);
  }
  if (counted === LAST_NUMBER || !unreadable.ok) {
    return unreadable;
  }
  const beyond = await askRecord(exchange, counted + 1, 1);
  return beyond.ok && beyond.value !== null
    ? failed('DEVICE_PROTOCOL', { to: 'count', counted, given: counted + 1 })
    : ok(undefined);
}

function give(records: readonly Bm58Record[], sink: SampleSink): void {
  const name = createReadingNames();
  for (const record of oldestFirst(records)) {
    giveReading(sink, {
      reading: name(record.deviceTime),
      deviceTime: record.deviceTime,
      readAtNs: record.readAtNs,
      flags: [],
      values: [
        { name: 'systolicPressure', value: record.systolic },
        { name: 'diastolicPressure', value: record.diastolic },
        { name: 'cuffPulseRate', value: record.pulse },
      ],
    });
  }
}

async function download(
  transport: Transport,
  sink: SampleSink,
  deps: AdapterDeps,
  run: DownloadRun,
): Promise<Result<void>> {
  const exchange = converse(transport, deps, run.signal, () => sink.onBadFrames(1));
  const awake = await wake(exchange);
  if (!awake.ok) {
    return awake;
  }
  const count = await askTwice(
    exchange,
    { name: 'count', send: [COMMAND.count], reader: countReader },
    (a, b) => a === b,
  );
  if (!count.ok) {
    return count;
  }
  run.accepted();
  const records: Bm58Record[] = [];
  const read = await readAll(exchange, count.value, records);
  give(records, sink);
  return read;
}

export const bm58Adapter: AdapterModule = {
  manifest: BM58_MANIFEST,
  probe,
  open: (transport, _identity, sink, deps) =>
    createStoredSource({
      sink,
      streams: [],
      canClear: false,
      download: (run) => download(transport, sink, deps, run),
      setClock: null,
    }),
  readTrace: readBm58Trace,
};
