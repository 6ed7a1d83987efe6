import type { Fault } from '../../contracts/faults.ts';
import type { Credentials, Destination } from '../../contracts/outbox.ts';
import type { AttemptEnd } from './attempt.ts';
import { broken, type Circuit, passable } from './network/circuit.ts';
import { createProber } from './network/prober.ts';
import { isLinkFault, LONGEST_WAIT_MS, verdictOn } from './rules.ts';
import type { ClaimedDelivery, Clock, Queue } from './types.ts';

/** The way to one destination: claims what waits for it, as much at a time as it takes. */
export type Lane = {
  /** Something may be ready, or may be allowed again. */
  readonly wake: () => void;
  /** The network may be back: what is waited for is tried now. */
  readonly hurry: () => void;
  /** A person wants it now: no wait that a fault has asked for keeps it. */
  readonly insist: () => void;
  /** Ends what is under way; it is queued again, and goes on where it was. */
  readonly interrupt: () => void;
  /** It was changed by a person: what was known of it is forgotten. */
  readonly reset: () => void;
  readonly circuit: () => Circuit;
  /** Aborts what is under way and resolves when it has ended. */
  readonly close: () => Promise<void>;
};

type Way = { readonly destination: Destination; readonly credentials: Credentials };

export type LaneDependencies = {
  readonly destinationId: string;
  readonly queue: Pick<Queue, 'claim' | 'dueAt' | 'relink'>;
  /** null: it was removed. */
  readonly open: () => Way | null;
  /** One whose signal has aborted already is given back. */
  readonly attempt: (claimed: ClaimedDelivery, to: Way, signal: AbortSignal) => Promise<AttemptEnd>;
  readonly probe: (destination: Destination, signal: AbortSignal) => Promise<boolean>;
  readonly paused: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  /** Its circuit or its deliveries changed. */
  readonly onChange: () => void;
  readonly onBug: (error: unknown) => void;
};

/** After the store could not give a claim. */
const STORE_WAIT_MS = 1000;

export function createLane(deps: LaneDependencies): Lane {
  const { destinationId, queue, clock, random } = deps;
  const closing = new AbortController();
  const active = new Set<Promise<void>>();
  let working = new AbortController();
  let circuit: Circuit = { state: 'unknown' };
  let turning: Promise<void> | null = null;
  let again = false;
  let cancel: (() => void) | null = null;

  const prober = createProber({
    clock,
    random,
    probe: async (signal) => {
      const to = deps.open();
      return to !== null && (await deps.probe(to.destination, signal));
    },
    wanted: () => circuit.state === 'unreachable' && !deps.paused() && mayClaim(),
    onAnswer: (reached) => {
      if (reached) {
        answered();
      }
    },
  });

  function mayClaim(): boolean {
    return deps.open()?.destination.enabled === true && queue.dueAt(destinationId) !== null;
  }

  function answered(): void {
    const lost = circuit.state === 'unreachable';
    setCircuit({ state: 'reachable' });
    if (lost) {
      queue.relink(destinationId).then(wake).catch(deps.onBug);
    }
  }

  function setCircuit(next: Circuit): void {
    circuit = next;
    deps.onChange();
  }

  function wakeIn(ms: number): void {
    cancel?.();
    if (closing.signal.aborted) {
      return;
    }
    cancel = clock.after(Math.min(LONGEST_WAIT_MS, Math.max(0, ms)), wake);
  }

  async function turn(): Promise<void> {
    // The store may be closed by then.
    const to = closing.signal.aborted || deps.paused() ? null : deps.open();
    if (to === null || !to.destination.enabled) {
      return;
    }
    const way = passable(circuit, clock.now());
    if (way === null) {
      prober.begin();
      return;
    }
    const free = to.destination.concurrency - active.size;
    if (way !== true) {
      wakeIn(way - clock.now());
    } else if (free > 0) {
      await claim(to, free);
    }
  }

  async function claim(to: Way, free: number): Promise<void> {
    // What is interrupted while the store answers is given back at once.
    const { signal } = working;
    const claimed = await queue.claim(destinationId, free);
    if (!claimed.ok) {
      wakeIn(STORE_WAIT_MS);
      return;
    }
    for (const one of claimed.value) {
      start(one, to, signal);
    }
    if (claimed.value.length > 0) {
      deps.onChange();
    }
    const some = claimed.value.length < free && !closing.signal.aborted;
    const due = some ? queue.dueAt(destinationId) : null;
    if (due !== null) {
      wakeIn(due - clock.now());
    }
  }

  function start(claimed: ClaimedDelivery, to: Way, signal: AbortSignal): void {
    const ending = deps
      .attempt(claimed, to, signal)
      .then(learn)
      .catch(deps.onBug)
      .finally(() => {
        active.delete(ending);
        deps.onChange();
        wake();
      });
    active.add(ending);
  }

  function learn(end: AttemptEnd): void {
    if (end.end === 'done') {
      answered();
    } else if (end.end === 'failed') {
      blame(end);
    }
  }

  function blame({ fault, retryAfterMs, spoke }: Extract<AttemptEnd, { end: 'failed' }>): void {
    if (verdictOn(fault) === 'destination') {
      setCircuit(broken(circuit, fault, { now: clock.now(), random, retryAfterMs }));
    } else if (isLinkFault(fault.code)) {
      void suspect(fault).catch(deps.onBug);
    } else if (spoke) {
      answered();
    }
  }

  /** The link broke under one delivery: is the destination still there? */
  async function suspect(fault: Fault): Promise<void> {
    const to = closing.signal.aborted ? null : deps.open();
    const reached = to !== null && (await deps.probe(to.destination, closing.signal));
    if (!reached && circuit.state !== 'unreachable' && !closing.signal.aborted) {
      setCircuit({ state: 'unreachable', fault, since: clock.now() });
      wake();
    }
  }

  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await turn();
      } while (again);
    } catch (error) {
      deps.onBug(error);
      wakeIn(STORE_WAIT_MS);
    }
    // In the same step as the last look at `again`: a call in between would be lost.
    turning = null;
  }

  function wake(): void {
    if (turning !== null) {
      again = true;
      return;
    }
    turning = run();
  }

  function interrupt(): void {
    working.abort();
    working = new AbortController();
  }

  return {
    wake,
    hurry: () => {
      if (circuit.state === 'backingOff' && circuit.fault.code === 'OUTBOX_CAPTIVE_PORTAL') {
        setCircuit({ state: 'unknown' });
      }
      prober.hurry();
      wake();
    },
    insist: () => {
      if (circuit.state === 'backingOff') {
        setCircuit({ state: 'unknown' });
      }
      prober.hurry();
      wake();
    },
    interrupt,
    reset: () => {
      interrupt();
      setCircuit({ state: 'unknown' });
      wake();
    },
    circuit: () => circuit,
    close: async () => {
      closing.abort();
      interrupt();
      cancel?.();
      prober.close();
      await turning;
      await Promise.all(active);
    },
  };
}
