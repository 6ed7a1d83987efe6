import type { CallHandlers } from '../../contracts/calls.ts';
import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act } from '../../contracts/clinical.ts';
import type { DeviceStatus } from '../../contracts/devices.ts';
import { ok, type Result } from '../../contracts/faults.ts';
import type { IpcCalls } from '../../contracts/ipc.ts';
import type { ConnectionTest, Credentials, Destination } from '../../contracts/outbox.ts';
import { captureEcg } from '../acts/ecgCapture.ts';
import { provenanceOfWindow } from '../acts/provenance.ts';
import type { Keeper } from '../keeping/keeper.ts';
import type { Keeping } from '../keeping/keeping.ts';

type KeepingCalls = Pick<
  IpcCalls,
  | 'storeState'
  | 'unlockStore'
  | 'setPassphrase'
  | 'saveCapture'
  | 'openAct'
  | 'currentAct'
  | 'closeAct'
  | 'pendingValues'
  | 'captureEcg'
  | 'listCaptures'
  | 'readCapture'
  | 'correctCapture'
  | 'outboxSummary'
  | 'listDeliveries'
  | 'deliveryHistory'
  | 'retryDelivery'
  | 'reorderDelivery'
  | 'resolveDelivery'
  | 'pauseOutbox'
  | 'listDestinations'
  | 'saveDestination'
  | 'removeDestination'
  | 'testDestination'
>;

export type KeepingHandlerDependencies = {
  readonly keeper: Keeper<Keeping>;
  readonly devices: () => readonly DeviceStatus[];
  readonly nowIso: () => string;
  readonly pause: (ms: number) => Promise<void>;
  readonly testConnection: (
    destination: Destination,
    credentials: Credentials,
    keeping: Keeping,
  ) => Promise<ConnectionTest>;
  readonly onCaptured: (captureId: string) => void;
  readonly onBug: (error: unknown) => void;
};

/** Calls that need the store: while it is not open, each is answered by the reason. */
export function keepingHandlers<C>(
  deps: KeepingHandlerDependencies,
): CallHandlers<KeepingCalls, C> {
  const { keeper } = deps;
  /** `work` runs on what the open store keeps. */
  const kept = async <T>(
    work: (keeping: Keeping) => Promise<Result<T>> | Result<T>,
  ): Promise<Result<T>> => {
    const keeping = keeper.kept();
    return keeping.ok ? work(keeping.value) : keeping;
  };
  /** Captures on their way to the disk: an act that is closed now is closed after them. */
  const underWay = new Set<Promise<unknown>>();
  const captured = async (
    saving: Promise<Result<CaptureRecord>>,
  ): Promise<Result<CaptureRecord>> => {
    underWay.add(saving);
    const saved = await saving.finally(() => underWay.delete(saving));
    if (saved.ok) {
      deps.onCaptured(saved.value.captureId);
    }
    return saved;
  };
  return {
    ...storeHandlers(keeper),
    ...outboxHandlers(deps, kept),
    openAct: (opening) => kept(({ acts }) => acts.open(opening)),
    currentAct: () => kept(({ acts }) => ok({ act: acts.current() })),
    closeAct: ({ report }) =>
      kept(async ({ acts }) => {
        await Promise.allSettled(underWay);
        return acts.close(report);
      }),
    pendingValues: () => kept(({ acts }) => acts.values()),
    saveCapture: (capture) =>
      kept(async ({ captures, acts }) => {
        const owner = acts.ownerAt(capture.meta.takenAt);
        if (!owner.ok) {
          return owner;
        }
        const act = owner.value;
        const context = {
          ...ownerOf(act),
          bodySite: null,
          provenance: provenanceOfWindow(capture, act, deps.devices()),
        };
        const saved = await captured(captures.save(capture.meta, capture.bytes, context));
        return saved.ok ? ok(savedOf(saved.value)) : saved;
      }),
    captureEcg: (wish) =>
      kept(({ captures, acts, book, store, folder }) => {
        const { nowIso, pause } = deps;
        const recordingId = book.recordingId();
        const [act, devices] = [acts.current(), deps.devices()];
        const at = { store, folder, captures, recordingId, act, devices, nowIso, pause };
        return captured(captureEcg(wish, at));
      }),
    listCaptures: () =>
      kept(({ captures, acts }) => ok(captures.list(acts.current()?.actId ?? null))),
    readCapture: ({ captureId }) =>
      kept(async ({ captures, viewTracing }) => {
        const capture = captures.find(captureId);
        if (capture?.content.kind === 'ecg') {
          return viewTracing(capture);
        }
        const read = await captures.read(captureId);
        return read.ok ? ok({ mediaType: read.value.mediaType, bytes: read.value.bytes }) : read;
      }),
    correctCapture: (correction) =>
      kept(async ({ captures, acts }) => {
        const corrected = await captured(captures.correct(correction));
        if (!corrected.ok || corrected.value.actId === null) {
          return corrected;
        }
        // Of an act that was closed already, the better one leaves too.
        const planned = await acts.plan(corrected.value.actId);
        return planned.ok ? corrected : planned;
      }),
  };
}

function ownerOf(act: Act | null): Pick<CaptureRecord, 'actId' | 'patientId'> {
  return { actId: act?.actId ?? null, patientId: act?.patient.patientId ?? null };
}

function savedOf({ captureId, file }: CaptureRecord) {
  return { captureId, bytes: file?.bytes ?? 0, sha256: file?.sha256 ?? '' };
}

function storeHandlers<C>(
  keeper: Keeper<Keeping>,
): CallHandlers<Pick<IpcCalls, 'storeState' | 'unlockStore' | 'setPassphrase'>, C> {
  return {
    // A window that asks while it is being opened is told how that ended.
    storeState: async () => {
      await keeper.decided;
      return ok(keeper.state());
    },
    unlockStore: ({ passphrase }) => keeper.unlock(passphrase),
    setPassphrase: ({ passphrase }) => keeper.setPassphrase(passphrase),
  };
}

type OutboxCalls = Omit<
  KeepingCalls,
  | 'storeState'
  | 'unlockStore'
  | 'setPassphrase'
  | 'saveCapture'
  | 'openAct'
  | 'currentAct'
  | 'closeAct'
  | 'pendingValues'
  | 'captureEcg'
  | 'listCaptures'
  | 'readCapture'
  | 'correctCapture'
>;

type OnKept = <T>(work: (keeping: Keeping) => Promise<Result<T>> | Result<T>) => Promise<Result<T>>;

function outboxHandlers<C>(
  deps: KeepingHandlerDependencies,
  kept: OnKept,
): CallHandlers<OutboxCalls, C> {
  return {
    outboxSummary: () => kept(({ outbox }) => ok(outbox.summary())),
    listDeliveries: ({ states, after, limit }) =>
      kept(({ outbox }) =>
        ok(
          outbox.list({
            limit,
            ...(after === 0 ? {} : { after }),
            ...(states === undefined ? {} : { states }),
          }),
        ),
      ),
    deliveryHistory: ({ deliveryId }) => kept(({ outbox }) => ok(outbox.history(deliveryId))),
    retryDelivery: ({ deliveryId }) => kept(({ outbox }) => nothing(outbox.retry(deliveryId))),
    reorderDelivery: ({ deliveryId, where }) =>
      kept(({ outbox }) => nothing(outbox.reorder(deliveryId, where))),
    resolveDelivery: ({ deliveryId, note }) =>
      kept(({ outbox }) => nothing(outbox.resolve(deliveryId, note))),
    pauseOutbox: ({ paused }) =>
      kept(({ outbox }) => {
        outbox.pause(paused);
        return ok({});
      }),
    listDestinations: () => kept(({ outbox }) => ok(outbox.destinations())),
    saveDestination: ({ destination, credentials }) =>
      kept(async ({ outbox, acts }) => {
        const before = outbox
          .destinations()
          .find((one) => one.destination.destinationId === destination.destinationId);
        const saved = await outbox.saveDestination(destination, credentials);
        if (saved.ok && takesMore(before?.destination ?? null, destination)) {
          // It gets what was closed before it was there, while the technician goes on.
          acts.planAll().catch(deps.onBug);
        }
        return saved;
      }),
    removeDestination: ({ destinationId }) =>
      kept(({ outbox }) => nothing(outbox.removeDestination(destinationId))),
    testDestination: ({ destination, credentials }) =>
      kept(async (keeping) => {
        const given = credentials ?? keeping.outbox.credentialsFor(destination);
        return ok(await deps.testConnection(destination, given, keeping));
      }),
  };
}

function takesMore(before: Destination | null, after: Destination): boolean {
  const takes = before?.enabled === true && before.kind === after.kind;
  return after.enabled && !takes;
}

async function nothing(work: Promise<Result<void>>): Promise<Result<Record<string, never>>> {
  const done = await work;
  return done.ok ? ok({}) : done;
}
