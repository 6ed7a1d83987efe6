import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink } from '../_sdk/adapter.ts';
import { createExchange, type Exchange } from '../_sdk/exchange.ts';
import { drainUntilQuiet } from '../_sdk/replies.ts';
import { createStoredSource, type DownloadRun } from '../_sdk/storedSource.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Transport } from '../_sdk/transport.ts';
import { CONTOUR_NEXT_MANIFEST, MODEL_NAMES } from './manifest.ts';
import { type Header, parseResult } from './records.ts';
import { giveResults, type TimedResult } from './results.ts';
import { readContourTrace } from './trace.ts';
import { beginTransfer, type Transfer } from './transfer.ts';

const SETTLE_MS = 100;
const ANSWER_LIMIT_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * The header, by which a meter is known, is the beginning of its only transfer: what the probe began
 * is gone on with by the source that is opened on the same transport.
 */
const begun = new WeakMap<Transport, Transfer>();

function converse(transport: Transport, deps: AdapterDeps, signal: AbortSignal): Exchange {
  const { time } = deps;
  return createExchange({
    line: transport,
    time,
    signal,
    onDamaged: () => undefined,
    settleMs: SETTLE_MS,
  });
}

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const exchange = converse(transport, deps, new AbortController().signal);
  const transfer = await beginTransfer(exchange, () => undefined);
  if (!transfer.ok) {
    return transfer;
  }
  const { adapterId, adapterVersion, manufacturer } = CONTOUR_NEXT_MANIFEST;
  const { model, serialNumber, firmware } = transfer.value.header;
  const name = MODEL_NAMES[model];
  if (name === undefined) {
    return failed('DEVICE_WRONG_IDENTITY', { found: model });
  }
  begun.set(transport, transfer.value);
  return ok({ adapterId, adapterVersion, manufacturer, model: name, serialNumber, firmware });
}

/** Host minus meter, ms; a clock told to the minute is not blamed for the seconds. */
function clockOffset(header: Header, time: HostTime): number | null {
  if (header.deviceTime === null) {
    return null;
  }
  const host = new Date(time.wallClock()).getTime();
  const asTold = header.hasSeconds ? host : Math.floor(host / MINUTE_MS) * MINUTE_MS;
  return asTold - new Date(header.deviceTime).getTime();
}

async function download(
  transport: Transport,
  sink: SampleSink,
  deps: AdapterDeps,
  run: DownloadRun,
): Promise<Result<void>> {
  const exchange = converse(transport, deps, run.signal);
  const probed = begun.get(transport);
  begun.delete(transport);
  const onDamaged = (): void => sink.onBadFrames(1);
  if (probed === undefined) {
    // An answer to what was asked before would be taken for one to what is asked now, and so on.
    await drainUntilQuiet(transport, deps.time, SETTLE_MS, ANSWER_LIMIT_MS);
  }
  const transfer = probed === undefined ? await beginTransfer(exchange, onDamaged) : ok(probed);
  if (!transfer.ok) {
    return transfer;
  }
  run.accepted();
  const { header } = transfer.value;
  const offset = clockOffset(header, deps.time);
  if (offset !== null) {
    sink.onClock(offset, false);
  }
  const results: TimedResult[] = [];
  const counts = { all: 0, glucose: 0, unreadable: 0 };
  const read = await transfer.value.rest(exchange, (record) => {
    if (!record.startsWith('R|')) {
      return;
    }
    const result = parseResult(record, header.unit);
    counts.all++;
    if (result === null) {
      counts.unreadable++;
    } else if (result !== 'other') {
      counts.glucose++;
      results.push({ ...result, readAtNs: deps.time.nowNs() });
    }
  });
  if (!read.ok) {
    return read;
  }
  giveResults(results, sink);
  return checkCounts(header, counts, sink);
}

function checkCounts(
  { resultCount }: Header,
  counts: { readonly all: number; readonly glucose: number; readonly unreadable: number },
  sink: SampleSink,
): Result<void> {
  if (counts.unreadable > 0) {
    sink.onBadFrames(counts.unreadable);
    return failed('DEVICE_PROTOCOL', { to: 'R', unreadable: counts.unreadable });
  }
  // Whether logbook entries are counted is not documented.
  const isRight =
    resultCount === null || resultCount === counts.all || resultCount === counts.glucose;
  return isRight
    ? ok(undefined)
    : failed('DEVICE_PROTOCOL', { to: 'H', counted: resultCount, given: counts.all });
}

export const contourNextAdapter: AdapterModule = {
  manifest: CONTOUR_NEXT_MANIFEST,
  probe,
  open: (transport, _identity, sink, deps) =>
    createStoredSource({
      sink,
      streams: [],
      canClear: false,
      download: (run) => download(transport, sink, deps, run),
      setClock: null,
    }),
  readTrace: readContourTrace,
};
