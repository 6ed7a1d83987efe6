import { existsSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import type { z } from 'zod';
import type { CaptureContent } from '../../contracts/captures.ts';
import type { Act, Patient, Site } from '../../contracts/clinical.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { IpcCalls } from '../../contracts/ipc.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { insertObjects } from '../outbox/queue/enqueue.ts';
import { attemptAsync } from '../store/attempt.ts';
import type { Captures } from '../store/captures.ts';
import { recordingsOf } from '../store/recordings.ts';
import type { OpenedStore } from '../store/types.ts';
import { unwrapWith } from '../store/unwrap.ts';
import { closedActs, findAct, insertAct, lastClosedAct, openActOf, updateAct } from './actRows.ts';
import type { Bindings } from './bindings.ts';
import { planObjects } from './plan.ts';
import type { RecordingBook } from './recordingBook.ts';
import { readContent, recordingFile } from './recordingContent.ts';
import { uuidOf } from './uuid5.ts';
import { type ActContent, type ValueCapture, valueCaptures } from './valueCaptures.ts';

type Opening = z.infer<IpcCalls['openAct']['input']>;

export type Acts = {
  readonly current: () => Act | null;
  /**
   * Whose a thing is that was taken at this moment: the open act's, or nobody's. Fails with ACT_CLOSED
   * for one of an act that ended meanwhile: it is never the next resident's.
   */
  readonly ownerAt: (takenAt: string) => Result<Act | null>;
  /** Fails with ACT_OPEN, or as the store; nothing was opened then. */
  readonly open: (opening: Opening) => Promise<Result<Act>>;
  /** What would be kept of the devices' values if the open act were closed now. */
  readonly values: () => Promise<Result<CaptureContent[]>>;
  /**
   * The record is closed, the values are kept, and all that must leave is durably queued when this is
   * answered: in one transaction with the end of the act. `unread`: recordings whose values could not
   * be read. Fails with ACT_UNKNOWN where none is open, or as the store; the act is still open then,
   * and goes on being recorded.
   */
  readonly close: (report: string) => Promise<Result<Closed>>;
  /** Queues what a closed act did not send yet: to a destination that is new, of a capture that was corrected. */
  readonly plan: (actId: string) => Promise<Result<number>>;
  /** The same for all, a few at a time: windows are served in between. */
  readonly planAll: () => Promise<void>;
};

export type Closed = { readonly act: Act; readonly queued: number; readonly unread: number };

export type ActsDependencies = {
  readonly store: Pick<OpenedStore, 'db' | 'write' | 'fileKeys'>;
  /** Chariot's data folder. */
  readonly folder: string;
  readonly captures: Pick<Captures, 'save' | 'list'>;
  readonly outbox: Pick<Outbox, 'destinations' | 'enqueue'>;
  readonly book: Pick<RecordingBook, 'begin'>;
  readonly bindings: Pick<Bindings, 'bindAll'>;
  readonly site: () => Site;
  readonly software: string;
  readonly newId: () => string;
  /** Unix ms. */
  readonly now: () => number;
  readonly onAct: (act: Act | null) => void;
};

/** One act at a time, each bound to its resident from its first sample to its sending. */
export function createActs(deps: ActsDependencies): Acts {
  const { store } = deps;
  let turn: Promise<unknown> = Promise.resolve();
  /** Opening and closing never overlap: a touch too many must not make two of one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const nowIso = (): string => new Date(deps.now()).toISOString();
  const become = async (act: Act | null): Promise<void> => {
    deps.onAct(act);
    await deps.bindings.bindAll(act?.patient.patientId ?? null);
  };

  async function open(opening: Opening): Promise<Result<Act>> {
    if (openActOf(store.db) !== null) {
      return failed('ACT_OPEN');
    }
    const act = newAct(opening, deps.newId, nowIso());
    const begun = await deps.book.begin(act, (db) => insertAct(db, act));
    if (!begun.ok) {
      return begun;
    }
    await become(act);
    return ok(act);
  }

  async function close(text: string): Promise<Result<Closed>> {
    const act = openActOf(store.db);
    if (act === null) {
      return failed('ACT_UNKNOWN');
    }
    const begun = await deps.book.begin(null);
    const closed = begun.ok ? await finish(act, text) : begun;
    if (!closed.ok) {
      // It is still open: what is measured from now on is this resident's.
      await deps.book.begin(act);
      return closed;
    }
    await deps.outbox.enqueue([]);
    await become(null);
    return closed;
  }

  async function finish(act: Act, text: string): Promise<Result<Closed>> {
    const kept = await keepValues(deps, act);
    if (!kept.ok) {
      return kept;
    }
    const report = text === '' ? null : { text, signedBy: null, signedAt: null };
    const closed: Act = { ...act, state: 'closed', endedAt: nowIso(), report };
    const written = await store.write((db) => {
      // What another work of this very transaction has kept is planned too.
      const objects = planned(deps, closed);
      const inserted = insertObjects(db, objects, deps.now());
      if (inserted.ok) {
        updateAct(db, closed);
      }
      return inserted.ok ? ok(objects.length) : inserted;
    });
    const queued = written.ok ? written.value : written;
    return queued.ok ? ok({ act: closed, queued: queued.value, unread: kept.value }) : queued;
  }

  const plan = async (actId: string): Promise<Result<number>> => {
    const act = findAct(store.db, actId);
    if (act === null || act.state === 'open') {
      return ok(0);
    }
    const objects = planned(deps, act);
    const queued = await deps.outbox.enqueue(objects);
    return queued.ok ? ok(objects.length) : queued;
  };

  return {
    current: () => openActOf(store.db),
    ownerAt: (takenAt) => ownerAt(openActOf(store.db), lastClosedAct(store.db), takenAt),
    open: (opening) => inTurn(() => open(opening)),
    values: () => pendingValues(deps, openActOf(store.db)),
    close: (report) => inTurn(() => close(report)),
    plan,
    planAll: async () => {
      for (const actId of closedActs(store.db)) {
        await plan(actId);
        await breathe();
      }
    },
  };
}

function ownerAt(open: Act | null, last: Act | null, takenAt: string): Result<Act | null> {
  const at = Date.parse(takenAt);
  if (open !== null && at >= Date.parse(open.startedAt)) {
    return ok(open);
  }
  const isOfLast =
    last !== null && at >= Date.parse(last.startedAt) && at <= Date.parse(last.endedAt ?? '');
  return isOfLast ? failed('ACT_CLOSED') : ok(null);
}

/**
 * What of a closed act can leave now. Nothing waits for a destination that is not there: it is planned
 * again when there is one. A recording whose file the host never made has nothing to send.
 */
function planned({ store, folder, captures, outbox, site, software }: ActsDependencies, act: Act) {
  return planObjects(
    act,
    captures.list(act.actId),
    recordingsOf(store.db, act.actId)
      .filter((row) => existsSync(recordingFile(folder, row)))
      .map(({ recordingId }) => recordingId),
    outbox.destinations().map(({ destination }) => destination),
    { site: site(), software },
  ).filter(({ destinations }) => destinations.length > 0);
}

/**
 * Known by an identifier, a resident is the same one at each act; by traits alone each act is of a
 * resident of its own: two records of one person are mended later, one record of two persons never.
 */
function patientIdOf(
  { ins, identifiers }: Omit<Patient, 'patientId'>,
  newId: () => string,
): string {
  const [first] = identifiers;
  if (ins !== null) {
    return uuidOf('patient', ins.oid, ins.matricule);
  }
  return first === undefined ? newId() : uuidOf('patient', first.system, first.value);
}

function newAct(
  { patient, operator, reason, consent }: Opening,
  newId: () => string,
  at: string,
): Act {
  return {
    actId: newId(),
    patient: { ...patient, patientId: patientIdOf(patient, newId) },
    state: 'open',
    startedAt: at,
    endedAt: null,
    operator,
    physician: null,
    reason,
    consent: consent === null ? null : { ...consent, at },
    report: null,
  };
}

type ValueDependencies = Pick<ActsDependencies, 'store' | 'folder' | 'captures'>;

async function foundValues(
  { store, folder, captures }: ValueDependencies,
  act: Act,
): Promise<{ readonly found: ValueCapture[]; readonly unread: number }> {
  const place = { folder, unwrap: unwrapWith(store.fileKeys) };
  const contents: ActContent[] = [];
  let unread = 0;
  for (const row of recordingsOf(store.db, act.actId)) {
    const read = await attemptAsync(() => readContent(place, row));
    const content = read.ok ? read.value : read;
    if (content.ok) {
      contents.push({ ...content.value, recordingId: row.recordingId });
    } else if (content.fault.code !== 'RECORDING_NOT_FOUND') {
      // It costs its values, is told, and must not cost the act.
      unread += 1;
    }
  }
  return { found: valueCaptures(act, contents, captures.list(act.actId)), unread };
}

async function pendingValues(
  deps: ValueDependencies,
  act: Act | null,
): Promise<Result<CaptureContent[]>> {
  const { found } = act === null ? { found: [] } : await foundValues(deps, act);
  return ok(found.map(({ content }) => content));
}

/** @returns recordings that could not be read. */
async function keepValues(deps: ActsDependencies, act: Act): Promise<Result<number>> {
  const { found, unread } = await foundValues(deps, act);
  for (const { content, context } of found) {
    const saved = await deps.captures.save(content, null, context);
    if (!saved.ok) {
      return saved;
    }
  }
  return ok(unread);
}
