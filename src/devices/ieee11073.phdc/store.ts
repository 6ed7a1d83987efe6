import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { HostTime } from '../_sdk/time.ts';
import type { Manager } from './agent.ts';
import type { ConfigObject, Configuration } from './configuration.ts';
import { action, type EventReport } from './data.ts';
import type { Verdict } from './inbox.ts';
import { metricOf } from './metrics.ts';
import { ACTION, ATTRIBUTE, OBJECT_CLASS } from './nomenclature.ts';
import { isExhausted, readerOf, u16 } from './reader.ts';
import {
  type Entry,
  type EntryMap,
  readEntries,
  readSegmentData,
  readSegments,
  SEGMENT_STATUS,
  type Segment,
  type SegmentData,
  segmentDataResult,
} from './segments.ts';
import { w16 } from './writer.ts';

/** Longest silence between two parts of a segment, where the store does not tell its own. */
const TRANSFER_MS = 10_000;
const CLEAR_MS = 10_000;
/** RelativeTime of a manager that keeps none, as a segment's parts are answered. */
const NO_TIME = 0xffffffff;
const ALL_SEGMENTS = [...w16(1), ...w16(2), ...w16(0)];
const TRY_LATER_MS = 1_000;
const TRY_LATER_TIMES = 3;

/** TrigSegmXferRsp. */
const TRANSFER = { successful: 0, tryLater: 2, empty: 3 } as const;

export type StoredEntry = {
  readonly entry: Entry;
  readonly segment: Segment;
  readonly index: number;
  readonly readAtNs: bigint;
};

export type StoreReader = {
  /**
   * Reads every segment of a store. Entries are given as they come, before their part is confirmed.
   * @returns entries read.
   */
  download(store: ConfigObject, configuration: Configuration): Promise<Result<number>>;
  /** Deletes all that the store holds. */
  clear(store: ConfigObject): Promise<Result<void>>;
  /** Segment data (event 0D21). */
  onEvent(event: EventReport, readAtNs: bigint): Verdict;
  /** Ends a transfer that is under way. */
  stop(why: Fault): void;
};

type Transfer = {
  readonly handle: number;
  readonly segment: Segment;
  readonly map: EntryMap;
  /** Index of the entry that comes next; null: the first part tells. */
  next: number | null;
  read: number;
  readonly arm: () => void;
  readonly settle: (result: Result<number>) => void;
};

type Options = {
  readonly manager: Pick<Manager, 'ask'>;
  readonly time: HostTime;
  readonly onEntry: (stored: StoredEntry) => void;
};

export function createStoreReader({ manager, time, onEntry }: Options): StoreReader {
  let current: Transfer | null = null;

  async function readSegmentList(handle: number): Promise<Result<Segment[]>> {
    const what = action(handle, ACTION.segmentInfo, ALL_SEGMENTS);
    const answer = await manager.ask(what, { repeatable: true });
    if (!answer.ok) {
      return answer;
    }
    const segments = answer.value.kind === 'actionResult' ? readSegments(answer.value.info) : null;
    return segments === null ? failed('DEVICE_PROTOCOL', { what: 'segments' }) : ok(segments);
  }

  /** @returns false: the segment is empty. */
  async function trigger(handle: number, segment: Segment): Promise<Result<boolean>> {
    for (let tries = 1; ; tries++) {
      const what = action(handle, ACTION.triggerTransfer, w16(segment.instance));
      const answer = await manager.ask(what, { repeatable: false });
      if (!answer.ok) {
        return answer;
      }
      const code = answer.value.kind === 'actionResult' ? transferCode(answer.value.info) : null;
      if (code === TRANSFER.successful || code === TRANSFER.empty) {
        return ok(code === TRANSFER.successful);
      }
      if (code !== TRANSFER.tryLater || tries > TRY_LATER_TIMES) {
        return failed('DEVICE_REJECTED_COMMAND', { said: `transfer ${code ?? 'unreadable'}` });
      }
      await new Promise<void>((resolve) => {
        time.after(TRY_LATER_MS, resolve);
      });
    }
  }

  function begin(
    handle: number,
    segment: Segment,
    map: EntryMap,
    timeoutMs: number,
  ): { readonly done: Promise<Result<number>>; readonly transfer: Transfer } {
    let resolve: (result: Result<number>) => void = () => {};
    const promise = new Promise<Result<number>>((settle) => {
      resolve = settle;
    });
    let cancel: () => void = () => {};
    const transfer: Transfer = {
      handle,
      segment,
      map,
      next: null,
      read: 0,
      arm: () => {
        cancel();
        cancel = time.after(timeoutMs, () =>
          transfer.settle(failed('DEVICE_NO_ANSWER', { what: 'segment data' })),
        );
      },
      settle: (result) => {
        cancel();
        current = current === transfer ? null : current;
        resolve(result);
      },
    };
    transfer.arm();
    return { done: promise, transfer };
  }

  async function readSegment(
    store: ConfigObject,
    segment: Segment,
    configuration: Configuration,
  ): Promise<Result<number>> {
    const map = segment.map ?? impliedMap(configuration);
    if (map === null) {
      return failed('DEVICE_PROTOCOL', { what: 'segment map' });
    }
    const timeoutMs = store.store?.transferTimeoutMs ?? TRANSFER_MS;
    const { done, transfer } = begin(store.handle, segment, map, timeoutMs);
    // Before the question: the first part may come with the answer.
    current = transfer;
    const triggered = await trigger(store.handle, segment);
    if (!triggered.ok && (triggered.fault.code !== 'DEVICE_PROTOCOL' || current !== transfer)) {
      transfer.settle(triggered);
    } else if (!triggered.ok) {
      // The answer was damaged, and asking again might begin a second transfer: if the agent has
      // agreed, data follow.
      transfer.arm();
    } else if (!triggered.value) {
      transfer.settle(ok(0));
    }
    return done;
  }

  function accept(transfer: Transfer, data: SegmentData, readAtNs: bigint): boolean {
    const entries = readEntries(data.entries, data.count, transfer.map);
    // What is left of a transfer that was given up must not pass as the beginning of this one.
    const next = transfer.next ?? (isBeginning(data) ? data.first : -1);
    if (entries === null || data.first > next) {
      return false;
    }
    entries.forEach((entry, offset) => {
      const index = data.first + offset;
      if (index >= next) {
        onEntry({ entry, segment: transfer.segment, index, readAtNs });
        transfer.read++;
      }
    });
    transfer.next = Math.max(next, data.first + data.count);
    return true;
  }

  function conclude({ segment, read, settle }: Transfer): void {
    const whole = segment.entries === null || read >= segment.entries;
    settle(whole ? ok(read) : failed('DEVICE_PROTOCOL', { what: 'entries', read }));
  }

  return {
    download: async (store, configuration) => {
      const segments = await readSegmentList(store.handle);
      if (!segments.ok) {
        return segments;
      }
      let read = 0;
      for (const segment of segments.value) {
        if (segment.entries !== 0) {
          const one = await readSegment(store, segment, configuration);
          if (!one.ok) {
            return one;
          }
          read += one.value;
        }
      }
      return ok(read);
    },
    clear: async (store) => {
      const timeoutMs = store.store?.clearTimeoutMs ?? CLEAR_MS;
      const what = action(store.handle, ACTION.clearSegments, ALL_SEGMENTS);
      const answer = await manager.ask(what, { repeatable: false, timeoutMs });
      return answer.ok ? ok(undefined) : answer;
    },
    onEvent: (event, readAtNs) => {
      const data = readSegmentData(event.info);
      if (data === null) {
        return { kind: 'malformed' };
      }
      const reply = (status: number): Verdict => ({
        kind: 'taken',
        time: NO_TIME,
        info: segmentDataResult(data, status),
      });
      const transfer = current;
      if (
        transfer === null ||
        event.handle !== transfer.handle ||
        data.instance !== transfer.segment.instance
      ) {
        return reply(SEGMENT_STATUS.managerAbort);
      }
      if (data.status & SEGMENT_STATUS.agentAbort) {
        transfer.settle({ ok: false, fault: fault('DEVICE_SAID_ABORT', { reason: 'transfer' }) });
        return reply(SEGMENT_STATUS.managerConfirm);
      }
      if (!accept(transfer, data, readAtNs)) {
        transfer.settle(failed('DEVICE_PROTOCOL', { what: 'segment data' }));
        return reply(SEGMENT_STATUS.managerAbort);
      }
      if (data.status & SEGMENT_STATUS.last) {
        conclude(transfer);
      } else {
        transfer.arm();
      }
      return reply(SEGMENT_STATUS.managerConfirm);
    },
    stop: (why) => current?.settle({ ok: false, fault: why }),
  };
}

/** Entries are counted from zero; from one by some. */
function isBeginning({ first, status }: SegmentData): boolean {
  return first <= 1 || (status & SEGMENT_STATUS.first) !== 0;
}

function transferCode(info: Uint8Array): number | null {
  const reader = readerOf(info);
  u16(reader);
  const code = u16(reader);
  return isExhausted(reader) ? code : null;
}

/**
 * Layout of an Accu-Chek's entries, for a store that does not tell its own: absolute time, value,
 * status (read in tidepool-org/uploader, lib/drivers/roche/accuChekUSB.js). Only where there is
 * exactly one glucose object that the value can belong to.
 */
function impliedMap(configuration: Configuration): EntryMap | null {
  const glucose = [...configuration.objects.values()].filter(
    ({ objectClass, type }) =>
      objectClass === OBJECT_CLASS.numeric &&
      type !== null &&
      metricOf(type, [])?.name === 'glucose' &&
      metricOf(type, [])?.control !== true,
  );
  const [only] = glucose;
  if (glucose.length !== 1 || only === undefined || only.type === null) {
    return null;
  }
  const values = [
    { id: ATTRIBUTE.basicValue, length: 2 },
    { id: ATTRIBUTE.measurementStatus, length: 2 },
  ];
  const { objectClass, handle, type } = only;
  return { header: 0x8000, elements: [{ objectClass, handle, type, values }] };
}
