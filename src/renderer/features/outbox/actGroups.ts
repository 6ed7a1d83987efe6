import type { Delivery } from '../../../contracts/outbox.ts';
import { type Why, whyOf } from './why.ts';

/** All that an act still has to send, as a nurse sees it: documents, not deliveries. */
export type ActGroup = {
  /** null: what belongs to no act. */
  readonly actId: string | null;
  /** ISO 8601: since when the oldest of it waits. */
  readonly since: string;
  readonly documents: number;
  /** Of what was made so far. */
  readonly bytes: number;
  /** Something of it leaves at this moment. */
  readonly sending: boolean;
  /** In the order of sending. */
  readonly waiting: readonly Delivery[];
  /** A person is needed. */
  readonly stuck: readonly Delivery[];
  /** Why, each reason once; those of what is stuck first. Empty: it simply waits for its turn. */
  readonly reasons: readonly Why[];
};

export function isStuck({ state }: Pick<Delivery, 'state'>): boolean {
  return state === 'refused' || state === 'quarantined';
}

/** @param deliveries in the order of main: what is stuck first. What is done is left out. */
export function actGroups(deliveries: readonly Delivery[]): ActGroup[] {
  const open = deliveries.filter(({ state }) => state !== 'done');
  const acts = new Set(open.map(({ actId }) => actId));
  return [...acts].map((actId) =>
    groupOf(
      actId,
      open.filter((one) => one.actId === actId),
    ),
  );
}

function groupOf(actId: string | null, all: readonly Delivery[]): ActGroup {
  // The same document for two destinations is one document.
  const objects = new Map(all.map((one) => [one.objectId, one.bytes ?? 0]));
  const stuck = all.filter(isStuck);
  const waiting = all.filter((one) => !isStuck(one));
  return {
    actId,
    since: all.map(({ enqueuedAt }) => enqueuedAt).toSorted()[0] ?? '',
    documents: objects.size,
    bytes: [...objects.values()].reduce((sum, one) => sum + one, 0),
    sending: all.some(({ state }) => state === 'inFlight'),
    waiting,
    stuck,
    reasons: eachOnce([...stuck, ...waiting]),
  };
}

function eachOnce(deliveries: readonly Delivery[]): Why[] {
  return [
    ...new Set(deliveries.flatMap(({ fault }) => (fault === null ? [] : [whyOf(fault.code)]))),
  ];
}
