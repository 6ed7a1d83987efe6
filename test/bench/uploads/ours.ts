import { randomUUID } from 'node:crypto';
import { faultsInTurn } from '../../support/faults/plan.ts';
import { payloadOf } from '../../support/payloads.ts';
import { hubSite } from '../../support/realSites.ts';
import { openTestOutbox, type TestObject } from '../../support/testOutbox.ts';
import { type Carried, carried, interrupt, type Load, objectOf } from './line.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The outbox over its encrypted store, to the hub. */
export async function carryOurs(load: Load, idleMs: number): Promise<Carried> {
  const site = await hubSite(faultsInTurn(load.every));
  const outbox = await openTestOutbox([site], {
    timeouts: { connectMs: 5 * SECOND, idleMs },
    random: Math.random,
  });
  try {
    const objects = load.sizes.map((size, index): TestObject => {
      const payload = payloadOf(objectOf(index, size).bytes, 'video/webm');
      return { objectId: randomUUID(), kind: 'clip', destinationId: 'hub', payload };
    });
    const began = performance.now();
    await outbox.leave(objects);
    const resumedMs = await interrupt(site.link, load, () => outbox.left('hub'));
    await outbox.until(() => outbox.summary().waiting === 0, 15 * MINUTE);
    const seconds = (performance.now() - began) / SECOND;
    const held = await Promise.all(objects.map(({ objectId }) => site.hub.held(objectId)));
    const hashes = held.filter((sha256) => sha256 !== null);
    return carried(site.link, load, hashes, { seconds, resumedMs });
  } finally {
    await outbox.dispose();
    await site.close();
  }
}
