import type { CaptureContent } from '../../../contracts/captures.ts';
import type { Act } from '../../../contracts/clinical.ts';
import type { Fault } from '../../../contracts/faults.ts';
import type { CartMain } from '../../app/bridge.ts';
import {
  createObservable,
  type Observable,
  type SettableObservable,
} from '../../media/observable.ts';
import { BLANK, type OpeningDraft, openingOf } from './openingDraft.ts';

/**
 * Which dialog of the act is open.
 * - none;
 * - opening: the resident is being named;
 * - closing: the report is being written, the act is still open;
 * - sent: `act` is closed and durably queued; `queued` documents of it are on their way.
 */
export type ActDialog =
  | { readonly dialog: 'none' | 'opening' | 'closing' }
  | {
      readonly dialog: 'sent';
      readonly queued: number;
      /** Recordings of it whose values could not be read. */
      readonly unread: number;
      readonly act: Act;
    };

export type ActState = {
  /** Main was asked and has answered. */
  readonly known: boolean;
  readonly act: Act | null;
  readonly shown: ActDialog;
  /** Main works on opening or closing it. */
  readonly busy: boolean;
  /** Why it was not opened or closed. */
  readonly fault: Fault | null;
};

/** The act from its opening to its sending. What is typed survives the closing of a dialog. */
export type ActModel = Observable<ActState> & {
  readonly start: () => void;
  readonly opening: SettableObservable<OpeningDraft>;
  readonly report: SettableObservable<string>;
  /** Values of the devices that go with the act if it is closed now. */
  readonly values: Observable<readonly CaptureContent[]>;
  /**
   * Told before an act begins or ends: what is still under way then is of what was before, and is kept
   * first. @returns unregisters
   */
  readonly beforeChange: (finish: () => Promise<void>) => () => void;
  readonly show: (dialog: 'none' | 'opening' | 'closing') => void;
  /** Opens the act that the draft describes, if nothing is missing in it. */
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
};

type Deps = Pick<CartMain, 'calls' | 'onNotice'> & { readonly now: () => Date };

export function createActModel({ calls, onNotice, now }: Deps): ActModel {
  const state = createObservable<ActState>({
    known: false,
    act: null,
    shown: { dialog: 'none' },
    busy: false,
    fault: null,
  });
  const opening = createObservable(BLANK);
  const report = createObservable('');
  const values = createObservable<readonly CaptureContent[]>([]);
  const underWay = new Set<() => Promise<void>>();
  const change = (changes: Partial<ActState>): void => {
    state.set({ ...state.state(), ...changes });
  };
  onNotice((notice) => {
    if (notice.notice === 'act') {
      change({ known: true, act: openOnly(notice.act) });
    }
  });

  async function finishAll(): Promise<void> {
    await Promise.all([...underWay].map((finish) => finish()));
  }
  async function ask(): Promise<void> {
    const told = await calls.currentAct({});
    if (told.ok && !state.state().known) {
      change({ known: true, act: openOnly(told.value.act) });
    }
  }
  async function look(): Promise<void> {
    values.set([]);
    const pending = await calls.pendingValues({});
    if (pending.ok && state.state().shown.dialog === 'closing') {
      values.set(pending.value);
    }
  }
  async function open(): Promise<void> {
    const wish = openingOf(opening.state(), now());
    if (wish === null || state.state().busy) {
      return;
    }
    change({ busy: true, fault: null });
    await finishAll();
    const opened = await calls.openAct(wish);
    if (opened.ok) {
      // The same nurse will open the next one.
      opening.set({ ...BLANK, operatorName: opening.state().operatorName });
      report.set('');
      change({ busy: false, known: true, act: opened.value, shown: { dialog: 'none' } });
    } else {
      change({ busy: false, fault: opened.fault });
    }
  }
  async function close(): Promise<void> {
    if (state.state().busy) {
      return;
    }
    change({ busy: true, fault: null });
    await finishAll();
    const closed = await calls.closeAct({ report: report.state().trim() });
    if (closed.ok) {
      report.set('');
      change({ busy: false, act: null, shown: { dialog: 'sent', ...closed.value } });
    } else {
      change({ busy: false, fault: closed.fault });
    }
  }
  return {
    state: state.state,
    subscribe: state.subscribe,
    start: () => void ask(),
    opening,
    report,
    values,
    beforeChange: (finish) => {
      underWay.add(finish);
      return () => {
        underWay.delete(finish);
      };
    },
    show: (dialog) => {
      change({ shown: { dialog }, fault: null });
      if (dialog === 'closing') {
        void look();
      }
    },
    open,
    close,
  };
}

function openOnly(act: Act | null): Act | null {
  return act?.state === 'open' ? act : null;
}
