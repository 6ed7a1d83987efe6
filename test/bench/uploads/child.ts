// A cart's outbox in a process of its own, to be killed: child.ts '{"folder": …}'
import { randomUUID } from 'node:crypto';
import type { Credentials, Destination } from '../../../src/contracts/outbox.ts';
import { payloadOf } from '../../support/payloads.ts';
import { noise } from '../../support/testObjects.ts';
import { openTestOutbox } from '../../support/testOutbox.ts';

export type ChildOrder = {
  readonly folder: string;
  readonly destination: Destination;
  readonly credentials: Credentials;
  /** False: what is there from before is gone on with. */
  readonly enqueue: boolean;
};

const OBJECTS = 500;
const OBJECT_BYTES = 400_000;

const { folder, destination, credentials, enqueue } = JSON.parse(
  process.argv[2] ?? '{}',
) as ChildOrder;
const prepare = (objectId: string) => payloadOf(noise(objectId, OBJECT_BYTES), 'video/webm');
const outbox = await openTestOutbox(enqueue ? [{ destination, credentials }] : [], {
  folder,
  prepare,
});
if (enqueue) {
  const objects = Array.from({ length: OBJECTS }, () => {
    const objectId = randomUUID();
    const { destinationId } = destination;
    return { objectId, kind: 'clip' as const, destinationId, payload: prepare(objectId) };
  });
  await outbox.leave(objects);
}
