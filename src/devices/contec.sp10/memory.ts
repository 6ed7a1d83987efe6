import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Exchange } from '../_sdk/exchange.ts';
import { curveReader, type Sp10Curve, sameCurve } from './curve.ts';
import { COMMAND, countReader, deletedReader, endReader } from './protocol.ts';
import { recordReader, type Sp10Record } from './record.ts';

export const ANSWER_MS = 2_000;
const END_MS = 1_000;
/** How often the memory is walked through at most. */
const WALKS = 6;
/** How often a curve is asked for at most until two answers agree. */
const CURVE_READINGS = 5;

/** `curve` null: its points never came twice the same. */
export type Stored = { readonly record: Sp10Record; readonly curve: Sp10Curve | null };

export async function askCount(exchange: Exchange): Promise<Result<number>> {
  return exchange.ask({
    name: 'count',
    send: [COMMAND.count],
    reader: countReader,
    timeoutMs: ANSWER_MS,
  });
}

/**
 * Reads every record with its curve into `stored`. "Next" cannot be asked twice, for nobody knows
 * whether it was heard: after a damaged answer the walk begins anew at the first record, and what is
 * believed already is only passed by.
 */
export async function readMemory(
  exchange: Exchange,
  counted: number,
  stored: Stored[],
): Promise<Result<void>> {
  let walked: Result<void> = ok(undefined);
  for (let walk = 0; walk < WALKS; walk++) {
    walked = await walkThrough(exchange, counted, stored);
    if (walked.ok || !isWorthAnother(walked.fault.code)) {
      break;
    }
  }
  const curveless = stored.filter(({ curve }) => curve === null).length;
  return walked.ok && curveless > 0
    ? failed('DEVICE_PROTOCOL', { to: 'curve', curveless })
    : walked;
}

const isWorthAnother = (code: string): boolean =>
  code === 'DEVICE_PROTOCOL' || code === 'DEVICE_NO_ANSWER';

async function walkThrough(
  exchange: Exchange,
  counted: number,
  stored: Stored[],
): Promise<Result<void>> {
  for (let place = 0; place < counted; place++) {
    const record = await exchange.ask({
      name: 'record',
      send: [place === 0 ? COMMAND.firstRecord : COMMAND.nextRecord],
      reader: recordReader,
      timeoutMs: ANSWER_MS,
      attempts: place === 0 ? 3 : 1,
    });
    if (!record.ok) {
      return record;
    }
    const known = stored[place];
    const before = stored[place - 1];
    const isNew = before === undefined || before.record.number !== record.value.number;
    if (!isNew || (known !== undefined && known.record.number !== record.value.number)) {
      return failed('DEVICE_PROTOCOL', { to: 'record', place });
    }
    if (known === undefined) {
      const curve = await askCurve(exchange, before?.curve?.index);
      if (!curve.ok) {
        return curve;
      }
      stored[place] = { record: record.value, curve: curve.value };
    }
  }
  return ok(undefined);
}

/**
 * A curve has no checksum: it is believed when it came twice the same.
 * @param indexBefore of the record before: a late answer to the question for that one is not believed.
 */
async function askCurve(
  exchange: Exchange,
  indexBefore: number | undefined,
): Promise<Result<Sp10Curve | null>> {
  const heard: Sp10Curve[] = [];
  for (let reading = 0; reading < CURVE_READINGS; reading++) {
    const curve = await exchange.ask({
      name: 'curve',
      send: [COMMAND.curve],
      reader: curveReader,
      timeoutMs: ANSWER_MS,
      attempts: 1,
    });
    if (!curve.ok && !isWorthAnother(curve.fault.code)) {
      return curve;
    }
    if (curve.ok && curve.value.index !== indexBefore) {
      if (heard.some((before) => sameCurve(before, curve.value))) {
        return curve;
      }
      heard.push(curve.value);
    }
  }
  return ok(null);
}

/** Whether and how the device answers to an end is not documented: silence is accepted. */
async function end(exchange: Exchange, command: Uint8Array): Promise<Result<void>> {
  const ended = await exchange.ask({
    name: 'end',
    send: [command],
    reader: endReader,
    timeoutMs: END_MS,
    attempts: 1,
  });
  return ended.ok || isWorthAnother(ended.fault.code) ? ok(undefined) : ended;
}

export const endKeeping = (exchange: Exchange): Promise<Result<void>> =>
  end(exchange, COMMAND.endKeeping);

/**
 * Deletes what was read, and believes it only when the device counts nothing any more. Records that
 * came in the meantime are never deleted: "delete all" is said only while the count is what it was.
 */
export async function endDeleting(exchange: Exchange, counted: number): Promise<Result<void>> {
  const ended = await end(exchange, COMMAND.endDeleting);
  const left = ended.ok ? await askCount(exchange) : ended;
  if (!left.ok) {
    return left;
  }
  if (left.value === 0) {
    return ok(undefined);
  }
  if (left.value !== counted) {
    return failed('DEVICE_PROTOCOL', { to: 'delete', counted, left: left.value });
  }
  const deleted = await exchange.ask({
    name: 'delete',
    send: [COMMAND.deleteAll],
    reader: deletedReader,
    timeoutMs: ANSWER_MS,
    attempts: 1,
  });
  if (!deleted.ok) {
    return deleted;
  }
  return deleted.value === 0
    ? ok(undefined)
    : failed('DEVICE_REJECTED_COMMAND', { to: 'delete', said: deleted.value });
}
