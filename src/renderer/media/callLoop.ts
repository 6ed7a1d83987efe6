import type { Fault, FaultCode, Result } from '../../contracts/faults.ts';
import { pause, type Timers } from './timers.ts';

/** An established stay in a room. */
export type CallSession = {
  /** Resolves when everything of the session is closed. */
  readonly ended: Promise<Fault>;
  readonly close: () => void;
};

export type LoopState = {
  readonly phase: 'connecting' | 'joined' | 'reconnecting' | 'refused';
  readonly fault: Fault | null;
  readonly reconnects: number;
};

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 1000;
/** Trying again cannot help: somebody must bring another link. */
const REFUSALS: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'ROLE_FORBIDDEN',
  'ROOM_UNKNOWN',
]);

/**
 * Keeps a call up until `signal` aborts or the hub refuses: whatever breaks, all of it is taken
 * down and built anew, since a transport that survived an outage by half is worse than none.
 */
export async function keepCallUp(
  deps: {
    readonly timers: Timers;
    readonly open: (signal: AbortSignal) => Promise<Result<CallSession>>;
    readonly onState: (state: LoopState) => void;
    /** Lets a waiting loop try at once: the network is back. */
    readonly onWake: (resume: () => void) => () => void;
  },
  signal: AbortSignal,
): Promise<void> {
  let joins = 0;
  let backoff = FIRST_BACKOFF_MS;
  while (!signal.aborted) {
    const opened = await deps.open(signal);
    let reason: Fault;
    if (opened.ok) {
      joins += 1;
      backoff = FIRST_BACKOFF_MS;
      deps.onState({ phase: 'joined', fault: null, reconnects: joins - 1 });
      reason = await endOf(opened.value, signal);
    } else {
      reason = opened.fault;
    }
    if (signal.aborted) {
      return;
    }
    const reconnects = Math.max(0, joins - 1);
    if (REFUSALS.has(reason.code)) {
      deps.onState({ phase: 'refused', fault: reason, reconnects });
      return;
    }
    const phase = joins === 0 ? 'connecting' : 'reconnecting';
    deps.onState({ phase, fault: reason, reconnects });
    await pause(deps.timers, backoff, signal, deps.onWake);
    backoff = Math.min(LONGEST_BACKOFF_MS, backoff * 2);
  }
}

async function endOf(session: CallSession, signal: AbortSignal): Promise<Fault> {
  const close = (): void => session.close();
  signal.addEventListener('abort', close);
  if (signal.aborted) {
    close();
  }
  const reason = await session.ended;
  signal.removeEventListener('abort', close);
  return reason;
}
