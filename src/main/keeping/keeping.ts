import path from 'node:path';
import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import { type Fault, ok, type Result } from '../../contracts/faults.ts';
import { DestinationSchema, EMBEDDED_HUB_ID, type OutboxSummary } from '../../contracts/outbox.ts';
import type { Settings } from '../../contracts/settings.ts';
import { openActOf } from '../acts/actRows.ts';
import { type Acts, createActs } from '../acts/acts.ts';
import type { Bindings } from '../acts/bindings.ts';
import { purgeAct, purgeNobodys } from '../acts/purge.ts';
import {
  createRecordingBook,
  type RecordingBook,
  type WantRecording,
} from '../acts/recordingBook.ts';
import type { DocumentDeps } from '../documents/prepare.ts';
import type { Viewed } from '../documents/viewCapture.ts';
import { type Outbox, type OutboxDependencies, openOutbox } from '../outbox/outbox.ts';
import type { Clock, Prepare, Sender } from '../outbox/types.ts';
import type { HttpDeps } from '../remote/http/session.ts';
import { createSenders, type EmbeddedHubAccount } from '../remote/senders.ts';
import { type Captures, openCaptures } from '../store/captures.ts';
import { endAbandoned } from '../store/recordings.ts';
import type { OpenedStore } from '../store/types.ts';
import { unwrapWith } from '../store/unwrap.ts';
import { type CartFacts, cartFacts } from './facts.ts';

const HOUR = 3_600_000;
/** More than any act has. */
const DELIVERIES_OF_AN_ACT = 10_000;
/** What is past its term is looked for so often, and once after the start. */
const PURGE_EVERY_MS = 6 * HOUR;
/** After a disk that refused. */
const RECORD_AGAIN_MS = 3_000;

/** Everything that stands on the open store. */
export type Keeping = {
  readonly store: OpenedStore;
  /** Chariot's data folder. */
  readonly folder: string;
  readonly captures: Captures;
  readonly outbox: Outbox;
  readonly acts: Acts;
  readonly book: RecordingBook;
  readonly facts: CartFacts;
  /** A tracing, for the eyes. */
  readonly viewTracing: (capture: CaptureRecord) => Promise<Result<Viewed>>;
  /** The recording is closed by now; what is under way to a destination is ended. */
  readonly close: () => Promise<void>;
};

export type KeepingDependencies = {
  readonly folder: string;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly newId: () => string;
  readonly settings: () => Settings;
  readonly software: string;
  /** Fonts of reports. */
  readonly reportFolder: string;
  readonly host: {
    readonly want: WantRecording;
    readonly bindings: Pick<Bindings, 'bindAll'>;
  };
  readonly network: OutboxDependencies['network'];
  readonly http: HttpDeps;
  readonly embeddedHub: (facts: CartFacts) => EmbeddedHubAccount;
  readonly onAct: (act: Act | null) => void;
  /** Nothing is recorded; null: it is again. */
  readonly onRecordingFault: (fault: Fault | null) => void;
  readonly onSummary: (summary: OutboxSummary) => void;
  readonly onBug: (error: unknown) => void;
};

/** Begins in the order in which things depend on each other: the recording first, the outbox last. */
export async function openKeeping(
  store: OpenedStore,
  deps: KeepingDependencies,
): Promise<Result<Keeping>> {
  const { folder, clock, random, newId } = deps;
  const nowIso = (): string => new Date(clock.now()).toISOString();
  const facts = await cartFacts(store, random);
  if (!facts.ok) {
    return facts;
  }
  const { want, bindings } = deps.host;
  const over = await store.write((db) => endAbandoned(db, nowIso()));
  if (!over.ok) {
    return over;
  }
  const book = createRecordingBook({ store, folder, want, newId, nowIso, random });
  const captures = await openCaptures({ store, folder, newId, nowIso, random });
  if (!captures.ok) {
    return captures;
  }
  const outbox = await openOutboxOf(store, captures.value, facts.value, deps);
  if (!outbox.ok) {
    return outbox;
  }
  const acts = createActs({
    store,
    folder,
    captures: captures.value,
    outbox: outbox.value,
    book,
    bindings,
    site: () => deps.settings().site,
    software: deps.software,
    newId,
    now: clock.now,
    onAct: deps.onAct,
  });
  const recording = keepRecording(store, book, acts, deps);
  const stopPurging = keepPurging(outbox.value, store, book, deps, nowIso);
  return ok({
    store,
    folder,
    captures: captures.value,
    outbox: outbox.value,
    acts,
    book,
    facts: facts.value,
    viewTracing: async (capture) => {
      const { viewTracing } = await import('../documents/viewCapture.ts');
      const of = { db: store.db, folder, unwrap: unwrapWith(store.fileKeys) };
      return viewTracing(of, capture, { site: deps.settings().site, software: deps.software });
    },
    close: async () => {
      stopPurging();
      await recording.stop();
      await book.ended();
      await outbox.value.close();
    },
  });
}

async function openOutboxOf(
  store: OpenedStore,
  captures: Captures,
  facts: CartFacts,
  deps: KeepingDependencies,
): Promise<Result<Outbox>> {
  const { folder, clock } = deps;
  const senders: Readonly<Record<'dicomweb' | 'fhir' | 'hub', Sender>> = createSenders({
    ...deps.http,
    embeddedHub: deps.embeddedHub(facts),
  });
  const outbox = await openOutbox({
    store,
    folder: path.join(folder, 'outbox'),
    senders,
    prepare: prepareLater({ store, folder, captures, reportFolder: deps.reportFolder }),
    network: deps.network,
    clock,
    random: Math.random,
    runId: deps.newId(),
    onSummary: deps.onSummary,
    onBug: deps.onBug,
  });
  if (!outbox.ok || isSeeded(store)) {
    return outbox;
  }
  const saved = await seed(store, outbox.value);
  if (!saved.ok) {
    await outbox.value.close();
  }
  return saved.ok ? outbox : saved;
}

const SEEDED = 'destinations.seeded';

function isSeeded({ db }: OpenedStore): boolean {
  return db.prepare('SELECT 1 FROM meta WHERE key = ?').get(SEEDED) !== undefined;
}

/** Done again where a crash came between the two; a technician who takes it away is not contradicted. */
async function seed(store: OpenedStore, outbox: Outbox): Promise<Result<unknown>> {
  const saved = await outbox.saveDestination(embeddedHubDestination());
  return saved.ok
    ? store.write((db) => void db.prepare("INSERT INTO meta VALUES (?, '1')").run(SEEDED))
    : saved;
}

/**
 * Goes on with the open act's recording, or with nobody's. A disk that refuses now may take it later: it
 * is tried again, and told meanwhile. Not awaited: a host that hangs must not keep the store from use.
 */
function keepRecording(
  store: OpenedStore,
  book: RecordingBook,
  acts: Acts,
  { clock, host, onRecordingFault, onBug }: KeepingDependencies,
): { readonly stop: () => Promise<void> } {
  let cancel = (): void => undefined;
  let stopped = false;
  let told = false;
  const begin = async (): Promise<void> => {
    // An act that was opened meanwhile has begun its own.
    if (stopped || book.recordingId() !== null) {
      return;
    }
    const open = openActOf(store.db);
    const begun = await book.begin(open);
    if (begun.ok) {
      await host.bindings.bindAll(acts.current()?.patient.patientId ?? null);
    } else {
      cancel = clock.after(RECORD_AGAIN_MS, () => void attempt());
    }
    if (told || !begun.ok) {
      told = !begun.ok;
      onRecordingFault(begun.ok ? null : begun.fault);
    }
  };
  let trying: Promise<void> = Promise.resolve();
  const attempt = (): Promise<void> => {
    trying = begin().catch(onBug);
    return trying;
  };
  void attempt();
  return {
    stop: async () => {
      stopped = true;
      cancel();
      await trying;
    },
  };
}

/** Fonts and PDF are loaded for the first document, not at the start: a heartbeat comes before them. */
function prepareLater(deps: DocumentDeps): Prepare {
  let loading: Promise<Prepare> | null = null;
  return async (object) => {
    loading ??= import('../documents/prepare.ts').then(({ createPrepare }) => createPrepare(deps));
    const prepare = await loading;
    return prepare(object);
  };
}

/** The address in the table is never dialled: port, certificate and token are those of each run. */
function embeddedHubDestination() {
  return DestinationSchema.parse({
    destinationId: EMBEDDED_HUB_ID,
    kind: 'hub',
    name: 'Chariot',
    url: 'https://127.0.0.1/',
  });
}

function keepPurging(
  outbox: Outbox,
  store: OpenedStore,
  book: Pick<RecordingBook, 'recordingId'>,
  { clock, folder, settings, onBug }: KeepingDependencies,
  nowIso: () => string,
): () => void {
  const isHeldElsewhere = (actId: string, objectId: string): boolean =>
    outbox
      .list({ actId, states: ['done'], limit: DELIVERIES_OF_AN_ACT })
      .some(
        (one) =>
          one.objectId === objectId &&
          one.ack === 'confirmed' &&
          one.destinationId !== EMBEDDED_HUB_ID,
      );
  const deps = { store, folder, nowIso, isHeldElsewhere };
  let cancel = (): void => undefined;
  const purge = (): void => {
    const days = settings().outbox.retentionDays;
    outbox.purge(days, (what) => purgeAct(what, deps)).catch(onBug);
    purgeNobodys(deps, book.recordingId()).catch(onBug);
    cancel = clock.after(PURGE_EVERY_MS, purge);
  };
  cancel = clock.after(HOUR / 60, purge);
  return () => cancel();
}
