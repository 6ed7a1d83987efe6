import type { Delivery } from '../../../contracts/outbox.ts';

/** A delivery that waits for its turn, with what a test needs to differ. */
export function deliveryOf(deliveryId: number, changes: Partial<Delivery> = {}): Delivery {
  return {
    deliveryId,
    objectId: `00000000-0000-4000-8000-${String(deliveryId).padStart(12, '0')}`,
    kind: 'dicomImage',
    actId: '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c01',
    destinationId: 'pacs',
    state: 'queued',
    ack: 'none',
    priority: 40,
    attempts: 0,
    bytes: 1_000_000,
    offset: 0,
    enqueuedAt: '2026-11-28T09:30:00.000Z',
    nextAttemptAt: null,
    doneAt: null,
    fault: null,
    ...changes,
  };
}
