import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDestinations, type Destinations } from '../../src/main/outbox/destinations.ts';
import {
  claimOne,
  deliverOne,
  destinationOf,
  must,
  NOON,
  type Opened,
  objectOf,
  openQueueRig,
  type QueueRig,
} from './outboxRig.ts';

let rig: Opened<QueueRig>;
let destinations: Destinations;
beforeEach(async () => {
  rig = await openQueueRig();
  destinations = createDestinations(rig.store);
});
afterEach(() => rig.close());

const TOKEN = { kind: 'bearer', token: 'secret' } as const;
const inUse = { ok: false, fault: { code: 'DESTINATION_IN_USE' } };

describe('a destination', () => {
  it('is listed by its id, without what opens it', async () => {
    must(await destinations.save(destinationOf('archive'), TOKEN));
    expect(destinations.list().map(({ destination }) => destination.destinationId)).toEqual([
      'archive',
      'dmp',
      'hub',
      'pacs',
    ]);
    expect(destinations.list()[0]).toEqual({
      destination: destinationOf('archive'),
      hasCredentials: true,
    });
    expect(JSON.stringify(destinations.list())).not.toContain('secret');
    expect(destinations.open('archive')?.credentials).toEqual(TOKEN);
    expect(destinations.open('nowhere')).toBeNull();
  });

  it('is tested with what was given to that very server, and to no other', async () => {
    const here = destinationOf('archive', { url: 'https://pacs.test/dicom-web' });
    must(await destinations.save(here, TOKEN));
    expect(destinations.credentialsFor({ ...here, url: 'https://pacs.test/other' })).toEqual(TOKEN);
    for (const url of ['https://pacs.test:8443/', 'https://else.test/', 'http://pacs.test/']) {
      expect(destinations.credentialsFor({ ...here, url })).toEqual({ kind: 'none' });
    }
  });

  it('keeps its credentials until others are given', async () => {
    must(await destinations.save(destinationOf('pacs'), TOKEN));
    must(await destinations.save(destinationOf('pacs', { name: 'Archive', concurrency: 4 })));
    expect(destinations.open('pacs')).toEqual({
      destination: destinationOf('pacs', { name: 'Archive', concurrency: 4 }),
      credentials: TOKEN,
    });
    must(await destinations.save(destinationOf('pacs'), { kind: 'none' }));
    expect(destinations.list().at(-1)?.hasCredentials).toBe(false);
  });

  it('gives them to no other server', async () => {
    must(await destinations.save(destinationOf('pacs'), TOKEN));
    must(await destinations.save(destinationOf('pacs', { url: 'https://pacs.example/dicom-web' })));
    expect(destinations.open('pacs')?.credentials).toEqual(TOKEN);
    must(await destinations.save(destinationOf('pacs', { url: 'https://pacs.evil.example/' })));
    expect(destinations.open('pacs')?.credentials).toEqual({ kind: 'none' });
  });

  it.each([
    ['http://pacs.example/', false],
    ['http://127.0.0.1.example/', false],
    ['ftp://pacs.example/', false],
    ['http://127.0.0.1:8042/dicom-web', true],
    ['http://localhost:8042/', true],
    ['http://[::1]:8042/', true],
    ['https://pacs.example/', true],
  ])('at %s may be saved: %s', async (url, secure) => {
    const saved = await destinations.save(destinationOf('pacs', { url }));
    expect(saved).toEqual(
      secure ? { ok: true } : { ok: false, fault: { code: 'DESTINATION_INSECURE' } },
    );
  });

  it('does not change its kind under what waits for it', async () => {
    must(await rig.queue.enqueue([objectOf()]));
    expect(await destinations.save(destinationOf('pacs', { kind: 'fhir' }))).toEqual(inUse);
    await deliverOne(rig.queue);
    must(await destinations.save(destinationOf('pacs', { kind: 'fhir' })));
  });

  it('cannot be removed while anything for it is not done', async () => {
    const { queue } = rig;
    const remove = () => destinations.remove('pacs', NOON);
    must(await queue.enqueue([objectOf()]));
    expect(await remove()).toEqual(inUse);
    const claimed = await claimOne(queue);
    expect(await remove()).toEqual(inUse);
    must(await queue.fail(claimed, { code: 'OUTBOX_SERVER_ERROR' }));
    expect(await remove()).toEqual(inUse);
    rig.clock.set(1000);
    must(await queue.fail(await claimOne(queue), { code: 'OUTBOX_REJECTED' }));
    expect(await remove()).toEqual(inUse);
    must(await queue.resolve(claimed.deliveryId, 'imprimé'));
    must(await remove());
    expect(destinations.open('pacs')).toBeNull();
    expect(await remove()).toEqual({ ok: false, fault: { code: 'DESTINATION_UNKNOWN' } });
    expect(await queue.enqueue([objectOf()])).toMatchObject({
      fault: { code: 'DESTINATION_UNKNOWN' },
    });
    expect(queue.list({})).toHaveLength(1);
  });

  it('that is removed leaves nothing that opens it', async () => {
    must(await destinations.save(destinationOf('pacs'), TOKEN));
    must(await destinations.remove('pacs', NOON));
    expect(rig.store.db.prepare('SELECT credentials FROM destinations').pluck().all()).toEqual(
      Array(3).fill('{"kind":"none"}'),
    );
    must(await destinations.save(destinationOf('pacs')));
    expect(destinations.open('pacs')?.credentials).toEqual({ kind: 'none' });
  });
});
