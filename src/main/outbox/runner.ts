import type { DestinationState, NetworkState } from '../../contracts/outbox.ts';
import { runAttempt } from './attempt.ts';
import { type Bandwidth, createBandwidth } from './bandwidth.ts';
import type { Destinations, KnownDestination } from './destinations.ts';
import { createLane, type Lane } from './lane.ts';
import { networkState } from './network/network.ts';
import type { Network, OutboxDependencies } from './outbox.ts';
import type { Payloads } from './payloads.ts';
import type { ClaimedDelivery, Clock, Queue } from './types.ts';

export type Runner = {
  /** Something was queued, or decided by a person. */
  readonly wake: () => void;
  /** A person changed it: what is under way begins anew. @returns how it is now. */
  readonly changed: (destinationId: string) => DestinationState;
  /** A person wants what waits there to be tried, whatever was asked for. */
  readonly insist: (destinationId: string) => void;
  /** What is under way ends, and goes on where it was when the pause does. */
  readonly pause: (paused: boolean) => void;
  /** Bytes a second while a consultation is live; null: none is, or no cap. */
  readonly setCap: (bytesPerSecond: number | null) => void;
  readonly network: () => NetworkState;
  readonly slowed: () => boolean;
  readonly states: () => DestinationState[];
  /** Aborts what is under way; what was in flight is asked for at the next start. */
  readonly close: () => Promise<void>;
};

export type RunnerDependencies = Pick<OutboxDependencies, 'senders' | 'random' | 'onBug'> & {
  readonly queue: Queue;
  readonly payloads: Payloads;
  readonly destinations: Destinations;
  readonly network: Network;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onDone: (claimed: ClaimedDelivery) => Promise<void>;
};

/** How often claims are looked for whose attempt shows no life. */
const RECOVER_EVERY_MS = 30_000;
/** So much more or less went by on the wall than by the timer: the clock was set, or the cart slept. */
const CLOCK_SET_MS = 30_000;

export function createRunner(deps: RunnerDependencies): Runner {
  const { clock, network, destinations, queue } = deps;
  const bandwidth = createBandwidth(clock);
  const lanes = new Map<string, Lane>();
  let paused = false;
  let slowed = false;
  let systemOnline = network.online();
  let cancel: (() => void) | null = null;
  let closed = false;

  const laneOf = (destinationId: string): Lane => {
    const known = lanes.get(destinationId);
    const lane = known ?? openLane(destinationId, deps, bandwidth, () => paused);
    lanes.set(destinationId, lane);
    return lane;
  };
  const each = (act: (lane: Lane) => void): void => {
    for (const { destination } of destinations.list()) {
      act(laneOf(destination.destinationId));
    }
  };
  const states = (): DestinationState[] =>
    destinations.list().map((known) => stateOf(known, laneOf(known.destination.destinationId)));
  const wake = (): void => {
    // A work of the store may have waited for longer than the lanes.
    if (!closed) {
      each((lane) => lane.wake());
    }
  };

  function keepRecovering(): void {
    const began = clock.now();
    cancel = clock.after(RECOVER_EVERY_MS, () => {
      const wasSet = Math.abs(clock.now() - began - RECOVER_EVERY_MS) > CLOCK_SET_MS;
      const done: Promise<unknown> = wasSet ? queue.renew() : queue.recover();
      done.then(wake).catch(deps.onBug);
      keepRecovering();
    });
  }

  const stopListening = network.onChange((online) => {
    systemOnline = online;
    deps.onChange();
    if (online) {
      each((lane) => lane.hurry());
    }
  });
  keepRecovering();
  wake();

  return {
    wake,
    changed: (destinationId) => {
      laneOf(destinationId).reset();
      const state = states().find(({ destination }) => destination.destinationId === destinationId);
      if (state === undefined) {
        throw new Error('a destination that was saved is listed');
      }
      return state;
    },
    insist: (destinationId) => laneOf(destinationId).insist(),
    pause: (next) => {
      paused = next;
      deps.onChange();
      if (paused) {
        each((lane) => lane.interrupt());
      }
      wake();
    },
    setCap: (bytesPerSecond) => {
      slowed = bytesPerSecond !== null;
      bandwidth.setCap(bytesPerSecond);
      deps.onChange();
    },
    network: () =>
      networkState({
        paused,
        systemOnline,
        ways: destinations
          .list()
          .filter(({ destination }) => destination.enabled)
          .map(({ destination }) => ({
            url: destination.url,
            circuit: laneOf(destination.destinationId).circuit(),
          })),
      }),
    slowed: () => slowed,
    states,
    close: async () => {
      closed = true;
      cancel?.();
      stopListening();
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}

function openLane(
  destinationId: string,
  deps: RunnerDependencies,
  bandwidth: Bandwidth,
  paused: () => boolean,
): Lane {
  const { queue, payloads, clock, random, onBug, onChange } = deps;
  return createLane({
    destinationId,
    queue,
    clock,
    random,
    onBug,
    onChange,
    paused,
    open: () => deps.destinations.open(destinationId),
    probe: deps.network.probe,
    attempt: (claimed, { destination, credentials }, signal) => {
      const sender = deps.senders[destination.kind];
      return runAttempt(claimed, {
        queue,
        payloads,
        sender,
        destination,
        credentials,
        bandwidth,
        clock,
        onBug,
        signal,
        onDone: deps.onDone,
      });
    },
  });
}

function stateOf({ destination, hasCredentials }: KnownDestination, lane: Lane): DestinationState {
  const common = { destination, hasCredentials, retryAt: null, fault: null };
  if (!destination.enabled) {
    return { ...common, state: 'disabled' };
  }
  const circuit = lane.circuit();
  if (!('fault' in circuit)) {
    return { ...common, state: circuit.state };
  }
  const { code, params } = circuit.fault;
  return {
    ...common,
    state: 'backingOff',
    retryAt: circuit.state === 'backingOff' ? new Date(circuit.retryAt).toISOString() : null,
    fault: { code, params: { ...params } },
  };
}
