import { createHash } from 'node:crypto';
import type { Random } from '../../../native/power-cut/sectors.ts';
import { fault } from '../../../src/contracts/faults.ts';
import { OBJECT_KINDS } from '../../../src/contracts/outbox.ts';
import type { ClaimedDelivery, NewObject, Queue } from '../../../src/main/outbox/types.ts';
import { identity } from '../identity.ts';
import type { Tell } from '../reports.ts';
import { DESTINATION, must } from './storeRig.ts';

const MOST_AT_ONCE = 20;

/** What producers, a sender and a person do to the queue. */
export function outboxDeeds(queueNow: () => Queue, tell: Tell, random: Random) {
  const below = (limit: number) => Math.floor(random() * limit);

  const newObject = (): NewObject => ({
    objectId: identity(random),
    kind: OBJECT_KINDS[below(OBJECT_KINDS.length)] ?? 'report',
    actId: null,
    recipe: { body: 'x'.repeat(below(600)) },
    destinations: [DESTINATION],
  });

  async function enqueue(): Promise<void> {
    const objects = Array.from({ length: random() < 0.7 ? 1 : 1 + below(MOST_AT_ONCE) }, newObject);
    must(await queueNow().enqueue(objects));
    tell({ is: 'enqueued', ids: objects.map(({ objectId }) => objectId) });
  }

  async function send(): Promise<void> {
    const claimed = must(await queueNow().claim(DESTINATION, 1 + below(6)));
    await Promise.all(claimed.map((one) => attempt(one)));
  }

  async function attempt(claimed: ClaimedDelivery): Promise<void> {
    const draw = random();
    if (draw < 0.05) {
      must(await queueNow().release(claimed));
      return;
    }
    must(await queueNow().inFlight(claimed));
    if (draw < 0.3) {
      await remake(claimed);
    }
    if (draw > 0.85) {
      const code = draw > 0.95 ? 'OUTBOX_REJECTED' : 'OUTBOX_SERVER_ERROR';
      must(await queueNow().fail(claimed, fault(code)));
      return;
    }
    tell({ is: 'delivered', id: claimed.objectId });
    if (draw < 0.5) must(await queueNow().accepted(claimed, `ref-${claimed.deliveryId}`));
    must(await queueNow().done(claimed, 'confirmed', null));
    tell({ is: 'done', id: claimed.objectId });
  }

  async function remake(claimed: ClaimedDelivery): Promise<void> {
    const sha256 = createHash('sha256').update(claimed.objectId).digest('hex');
    const payload = { bytes: 1000, sha256, mediaType: 'application/dicom', open: noBytes };
    must(await queueNow().prepared(claimed, payload));
    must(await queueNow().progress(claimed, 500));
    if (random() < 0.3) must(await queueNow().keepResume(claimed, 'https://hub/files/1'));
  }

  /** A sender may have been quicker than the person: then it is told so. */
  async function decide(): Promise<void> {
    const [stuck] = queueNow().list({ states: ['refused', 'quarantined'], limit: 1 });
    if (stuck !== undefined) {
      const result = await queueNow().retry(stuck.deliveryId);
      if (!result.ok && result.fault.code !== 'OUTBOX_NOT_STUCK') must(result);
    }
    const [waiting] = queueNow().list({ states: ['queued'], limit: 1 });
    if (waiting !== undefined) must(await queueNow().reorder(waiting.deliveryId, 'first'));
  }

  return [enqueue, enqueue, enqueue, send, send, decide];
}

async function* noBytes(): AsyncIterable<Uint8Array> {}
