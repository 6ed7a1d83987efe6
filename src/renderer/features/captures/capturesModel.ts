import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Fault, Result } from '../../../contracts/faults.ts';
import type { CartMain } from '../../app/bridge.ts';
import { createObservable, type Observable } from '../../media/observable.ts';
import { type CaptureFile, createThumbnails, type Thumbnails } from './thumbnails.ts';

export type CapturesState = {
  /** Of the open act, newest first, with those that were corrected since. */
  readonly records: readonly CaptureRecord[];
  readonly fault: Fault | null;
};

/** What was kept of the open act. */
export type CapturesModel = Observable<CapturesState> & {
  readonly thumbnails: Thumbnails;
  /** Whose captures: those of this act, or (null) none. */
  readonly follow: (actId: string | null) => void;
  readonly read: (captureId: string) => Promise<Result<CaptureFile>>;
  /** Says where on the body it was: a new capture that names the old one. */
  readonly correct: (
    captureId: string,
    bodySite: CaptureRecord['bodySite'],
    reason: string,
  ) => Promise<Result<CaptureRecord>>;
  /** @param toMs host monotonic time of the last sample that is wanted. */
  readonly keepEcg: (
    streamId: number,
    toMs: number,
    seconds: number,
  ) => Promise<Result<CaptureRecord>>;
};

type Deps = Pick<CartMain, 'calls' | 'onNotice'> & {
  readonly shrink: (file: CaptureFile) => Promise<Blob | null>;
  readonly urls: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'>;
};

const NOTHING: CapturesState = { records: [], fault: null };

export function createCapturesModel({ calls, onNotice, shrink, urls }: Deps): CapturesModel {
  const state = createObservable(NOTHING);
  const read = (captureId: string) => calls.readCapture({ captureId });
  const thumbnails = createThumbnails({ read, shrink, urls });
  let actId: string | null = null;
  let asking = false;
  let again = false;

  async function list(): Promise<void> {
    again = true;
    if (asking) {
      return;
    }
    asking = true;
    while (again && actId !== null) {
      again = false;
      const wanted = actId;
      const listed = await calls.listCaptures({});
      if (wanted === actId) {
        state.set(
          listed.ok
            ? { records: listed.value, fault: null }
            : { ...state.state(), fault: listed.fault },
        );
      }
    }
    asking = false;
  }
  /** Main tells of it too; who asked need not wait for that. */
  async function listing<T>(work: Promise<Result<T>>): Promise<Result<T>> {
    const done = await work;
    void list();
    return done;
  }

  onNotice(({ notice }) => {
    if (notice === 'captured') {
      void list();
    }
  });
  return {
    state: state.state,
    subscribe: state.subscribe,
    thumbnails,
    follow: (next) => {
      if (next !== actId) {
        actId = next;
        thumbnails.clear();
        state.set(NOTHING);
        void list();
      }
    },
    read,
    correct: (captureId, bodySite, reason) =>
      listing(calls.correctCapture({ captureId, bodySite, reason })),
    keepEcg: (streamId, toMs, seconds) => listing(calls.captureEcg({ streamId, toMs, seconds })),
  };
}
