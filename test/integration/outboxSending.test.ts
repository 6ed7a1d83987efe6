import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ok } from '../../src/contracts/faults.ts';
import type { OutboxDependencies } from '../../src/main/outbox/outbox.ts';
import type { SendOutcome } from '../../src/main/outbox/types.ts';
import { payloadOf } from '../support/payloads.ts';
import {
  bytesOf,
  DAY,
  destinationOf,
  failedBy,
  MINUTE,
  must,
  NOON,
  type Opened,
  type OutboxRig,
  objectOf,
  openOutboxRig,
  PAYLOAD_BYTES,
  quiet,
  SECOND,
  until,
  untilAborted,
} from './outboxRig.ts';

let rig: Opened<OutboxRig>;
const open = async (changes: Partial<OutboxDependencies> = {}) => {
  rig = await openOutboxRig(changes);
  return rig;
};
afterEach(() => rig.close());

const statesOf = ({ outbox }: Pick<OutboxRig, 'outbox'> = rig) =>
  outbox.list({}).map(({ state }) => state);
const allDone = (of: Pick<OutboxRig, 'outbox'> = rig) =>
  until(() => statesOf(of).every((state) => state === 'done'), 'all to be done');
const stateOf = (destinationId: string) =>
  rig.outbox.destinations().find((one) => one.destination.destinationId === destinationId);
/** Its way is closed from now on for so long. */
const isClosedFor = (ms: number, destinationId = 'pacs') =>
  until(() => {
    const { retryAt = null } = stateOf(destinationId) ?? {};
    return retryAt === new Date(rig.clock.now() + ms).toISOString();
  }, `${destinationId} to be left alone`);
const isResumable = () =>
  until(() => {
    const text = 'SELECT 1 FROM outbox_deliveries WHERE resume IS NOT NULL';
    return rig.store.db.prepare(text).get() !== undefined;
  }, 'what an attempt is resumed by');
const eventsOf = (deliveryId: number) => rig.outbox.history(deliveryId).map(({ event }) => event);
const payloadsOf = ({ folder }: OutboxRig) => readdirSync(path.join(folder, 'outbox'));

describe('sending', () => {
  it('delivers, is confirmed, and keeps the payload no longer than that', async () => {
    const { outbox, pacs, hub } = await open();
    const object = objectOf({ destinations: ['pacs', 'hub'] });
    let end: (outcome: SendOutcome) => void = () => undefined;
    hub.onSend = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    must(await outbox.enqueue([object]));
    await until(() => statesOf().includes('done') && hub.attempts.length === 1);
    expect(payloadsOf(rig)).toEqual([`${object.objectId}.sealed`]);
    end(
      hub.take(
        hub.attempts[0] ??
          (() => {
            throw new Error('no attempt');
          })(),
      ),
    );
    await allDone();
    await until(() => payloadsOf(rig).length === 0, 'the payload to be dropped');
    expect([pacs.arrived, hub.arrived]).toEqual([[object.objectId], [object.objectId]]);
    expect(outbox.list({})[0]).toMatchObject({ ack: 'confirmed', bytes: PAYLOAD_BYTES });
    expect(eventsOf(1)).toEqual(['enqueued', 'claimed', 'sent', 'accepted', 'confirmed']);
  });

  it('sends the same bytes to each destination, made once', async () => {
    let made = 0;
    const { outbox, pacs, hub } = await open({
      prepare: async () => ok(payloadOf(new Uint8Array([++made]))),
    });
    must(await outbox.enqueue([objectOf({ destinations: ['pacs', 'hub'] })]));
    await allDone();
    expect(made).toBe(1);
    expect(pacs.attempts[0]?.payload.sha256).toBe(hub.attempts[0]?.payload.sha256);
  });

  it('goes through a long queue, no more at a time than the destination takes', async () => {
    const { outbox, pacs } = await open();
    let now = 0;
    let most = 0;
    pacs.onSend = async (attempt) => {
      most = Math.max(most, ++now);
      await quiet();
      now--;
      return pacs.take(attempt);
    };
    must(await outbox.saveDestination(destinationOf('pacs', { concurrency: 3 })));
    const objects = Array.from({ length: 12 }, () => objectOf());
    await Promise.all(objects.map((one) => outbox.enqueue([one])));
    await allDone();
    expect(most).toBe(3);
    expect(pacs.arrived.toSorted()).toEqual(objects.map(({ objectId }) => objectId).toSorted());
  });

  it('takes the urgent first, also what came while it was busy', async () => {
    const { outbox, pacs } = await open();
    must(await outbox.saveDestination(destinationOf('pacs', { concurrency: 1 })));
    let release: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      release = resolve;
    });
    pacs.onSend = async (attempt) => {
      await first;
      return pacs.take(attempt);
    };
    const [clip, image, ecg, report] = (['clip', 'dicomImage', 'dicomEcg', 'report'] as const).map(
      (kind) => objectOf({ kind }),
    );
    for (const one of [clip, image, ecg, report]) {
      must(await outbox.enqueue(one === undefined ? [] : [one]));
    }
    await until(() => pacs.attempts.length === 1);
    release();
    await allDone();
    expect(pacs.arrived).toEqual([clip, report, ecg, image].map((one) => one?.objectId));
  });

  it('a slow destination keeps no other waiting', async () => {
    const { outbox, pacs, hub } = await open();
    pacs.onSend = untilAborted;
    const objects = Array.from({ length: 5 }, () => objectOf({ destinations: ['pacs', 'hub'] }));
    must(await outbox.enqueue(objects));
    await until(() => hub.arrived.length === 5);
    expect(pacs.attempts).toHaveLength(2);
  });
});

describe('an outcome that nobody knows', () => {
  it('is asked for: what had arrived is not sent again', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = async (attempt) => {
      pacs.take(attempt);
      return failedBy('OUTBOX_LINK_LOST');
    };
    must(await outbox.enqueue([objectOf()]));
    await until(() => statesOf()[0] === 'queued' && pacs.attempts.length === 1);
    await clock.pass(SECOND);
    await allDone();
    expect(pacs.arrived).toHaveLength(1);
    expect(pacs.asked).toHaveLength(1);
    expect(outbox.list({})[0]).toMatchObject({ ack: 'confirmed' });
  });

  it('is asked for: what had not arrived is sent', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = async () => failedBy('OUTBOX_LINK_LOST');
    must(await outbox.enqueue([objectOf()]));
    await until(() => statesOf()[0] === 'queued' && pacs.attempts.length === 1);
    pacs.onSend = async (attempt) => pacs.take(attempt);
    await clock.pass(SECOND);
    await allDone();
    expect(pacs.arrived).toHaveLength(1);
  });

  it('is sent again where the other side cannot be asked: what it is known by makes that safe', async () => {
    const { outbox, dmp, clock } = await open();
    dmp.onSend = async () => failedBy('OUTBOX_LINK_LOST');
    dmp.onConfirm = async () => ({ outcome: 'accepted', remoteRef: null });
    must(await outbox.enqueue([objectOf({ kind: 'fhirBundle', destinations: ['dmp'] })]));
    await until(() => statesOf()[0] === 'queued' && dmp.attempts.length === 1);
    dmp.onSend = async (attempt) => dmp.take(attempt);
    await clock.pass(SECOND);
    await allDone();
    expect(dmp.arrived).toHaveLength(1);
    expect(outbox.list({})[0]).toMatchObject({ ack: 'accepted' });
  });

  it('is never sent again once it was accepted', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onConfirm = async () => failedBy('OUTBOX_SERVER_ERROR');
    must(await outbox.enqueue([objectOf()]));
    await until(() => statesOf()[0] === 'queued' && pacs.asked.length === 1);
    await clock.pass(SECOND);
    await until(() => statesOf()[0] === 'queued' && pacs.asked.length === 2);
    pacs.onConfirm = async (attempt) => pacs.look(attempt);
    await clock.pass(SECOND);
    await allDone();
    expect(pacs.arrived).toHaveLength(1);
  });

  it('is asked for at the next start', async () => {
    const { outbox, pacs, restart } = await open();
    const object = objectOf();
    pacs.onSend = untilAborted;
    must(await outbox.enqueue([object]));
    await until(() => pacs.attempts.length === 1);
    const next = await restart();
    await until(() => next.pacs.asked.length > 0);
    await allDone(next);
    // The new run's other side held nothing: it was asked, then sent.
    expect(next.pacs.asked[0]).toBe(object.objectId);
    expect(next.pacs.arrived).toEqual([object.objectId]);
    expect(next.outbox.list({})[0]).toMatchObject({ attempts: 0 });
  });
});

describe('a destination', () => {
  it('that asks for time is left alone for as long, and no other is', async () => {
    const { outbox, pacs, hub, clock } = await open();
    pacs.onSend = async () => failedBy('OUTBOX_THROTTLED', 10 * MINUTE);
    must(await outbox.enqueue([objectOf(), objectOf(), objectOf({ destinations: ['hub'] })]));
    await until(() => hub.arrived.length === 1 && pacs.attempts.length === 2);
    await isClosedFor(10 * MINUTE);
    await until(() => outbox.summary().sending === 0);
    expect(stateOf('pacs')).toMatchObject({
      state: 'backingOff',
      fault: { code: 'OUTBOX_THROTTLED' },
    });
    await clock.pass(10 * MINUTE - 1);
    expect(pacs.attempts).toHaveLength(2);
    pacs.onSend = async (attempt) => pacs.take(attempt);
    await clock.pass(1);
    await allDone();
    expect(outbox.list({}).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  });

  it('that does not know its caller waits for other credentials', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = async (attempt) =>
      attempt.credentials.kind === 'bearer' ? pacs.take(attempt) : failedBy('OUTBOX_CREDENTIALS');
    must(await outbox.enqueue([objectOf(), objectOf()]));
    await until(() => pacs.attempts.length === 2);
    await clock.pass(SECOND);
    const before = pacs.attempts.length;
    must(await outbox.saveDestination(destinationOf('pacs'), { kind: 'bearer', token: 't' }));
    await allDone();
    expect(pacs.attempts).toHaveLength(before + 2);
  });

  it('that is gone is looked for, and what waits goes on within a second', async () => {
    const { outbox, pacs, network, clock } = await open();
    network.reachable.set('pacs', false);
    pacs.onSend = async () => failedBy('OUTBOX_UNREACHABLE');
    must(await outbox.enqueue([objectOf()]));
    await until(() => outbox.summary().network === 'offline');
    await clock.pass(MINUTE);
    expect(pacs.attempts).toHaveLength(1);
    expect(network.probes.length).toBeGreaterThan(60);
    pacs.onSend = async (attempt) => pacs.take(attempt);
    network.reachable.set('pacs', true);
    await clock.pass(900);
    await allDone();
    expect(outbox.summary().network).toBe('up');
    expect(outbox.list({})[0]).toMatchObject({ attempts: 0 });
  });

  it('whose link broke is looked for; if it answers, one delivery alone has failed', async () => {
    const { outbox, pacs, network, clock } = await open();
    must(await outbox.saveDestination(destinationOf('pacs', { concurrency: 1 })));
    pacs.onSend = async (attempt) => {
      pacs.onSend = async (next) => pacs.take(next);
      return attempt.signal.aborted ? pacs.take(attempt) : failedBy('OUTBOX_LINK_LOST');
    };
    must(await outbox.enqueue([objectOf(), objectOf()]));
    await until(() => pacs.arrived.length === 1);
    expect(network.probes).toEqual(['pacs']);
    await clock.pass(SECOND);
    await allDone();
  });

  it('whose link broke and that is gone takes no attempt from the others', async () => {
    const { outbox, pacs, network, clock } = await open();
    network.reachable.set('pacs', false);
    pacs.onSend = async () => failedBy('OUTBOX_LINK_LOST', 10 * MINUTE);
    must(await outbox.saveDestination(destinationOf('pacs', { concurrency: 1 })));
    must(await outbox.enqueue([objectOf(), objectOf(), objectOf()]));
    await until(() => outbox.summary().network === 'offline');
    await clock.pass(10 * SECOND);
    expect(pacs.attempts.length).toBeLessThanOrEqual(2);
    pacs.onSend = async (attempt) => pacs.take(attempt);
    network.reachable.set('pacs', true);
    await clock.pass(900);
    await allDone();
    expect(pacs.arrived).toHaveLength(3);
  });

  it('that is switched off keeps what waits, and is not in the way of the network’s state', async () => {
    const { outbox, pacs } = await open();
    must(await outbox.saveDestination(destinationOf('pacs', { enabled: false })));
    must(await outbox.enqueue([objectOf()]));
    await quiet();
    expect(pacs.attempts).toEqual([]);
    expect(outbox.summary()).toMatchObject({ waiting: 1, network: 'up' });
    expect(await outbox.removeDestination('pacs')).toMatchObject({
      fault: { code: 'DESTINATION_IN_USE' },
    });
    must(await outbox.saveDestination(destinationOf('pacs')));
    await allDone();
    must(await outbox.removeDestination('pacs'));
  });

  it('that moves gets what is under way anew, and neither what was resumed nor the old keys', async () => {
    const { outbox, pacs } = await open();
    must(await outbox.saveDestination(destinationOf('pacs'), { kind: 'bearer', token: 'old' }));
    pacs.onSend = async (attempt) => {
      await attempt.keepResume('https://pacs.example/uploads/1');
      return untilAborted(attempt);
    };
    must(await outbox.enqueue([objectOf()]));
    await isResumable();
    pacs.onSend = async (attempt) => pacs.take(attempt);
    must(await outbox.saveDestination(destinationOf('pacs', { url: 'https://new.example/' })));
    await allDone();
    expect(pacs.attempts.at(-1)).toMatchObject({
      resume: null,
      credentials: { kind: 'none' },
      destination: { url: 'https://new.example/' },
    });
    expect(outbox.list({})[0]).toMatchObject({ attempts: 0 });
  });
});

describe('the network', () => {
  it('behind a portal is looked at every five seconds, and at once when it changes', async () => {
    const { outbox, pacs, network, clock } = await open();
    pacs.onSend = async () => failedBy('OUTBOX_CAPTIVE_PORTAL');
    must(await outbox.enqueue([objectOf()]));
    await isClosedFor(5 * SECOND);
    expect(outbox.summary().network).toBe('captivePortal');
    for (let look = 2; look <= 4; look++) {
      await clock.pass(5 * SECOND - 1);
      expect(pacs.attempts).toHaveLength(look - 1);
      await clock.pass(1);
      await until(() => pacs.attempts.length === look);
      await isClosedFor(5 * SECOND);
    }
    pacs.onSend = async (attempt) => pacs.take(attempt);
    network.say(true);
    await allDone();
    expect(outbox.summary().network).toBe('up');
  });

  it('that the system says is off stops nothing that answers', async () => {
    const { outbox, pacs, network } = await open();
    network.say(false);
    must(await outbox.enqueue([objectOf()]));
    await allDone();
    expect(pacs.arrived).toHaveLength(1);
  });
});

describe('a person', () => {
  it('pauses: what is under way ends, and goes on where it was', async () => {
    const { outbox, hub } = await open();
    hub.onSend = async (attempt) => {
      await attempt.keepResume('upload-7');
      attempt.onProgress(600);
      return untilAborted(attempt);
    };
    must(await outbox.enqueue([objectOf({ kind: 'clip', destinations: ['hub'] })]));
    await isResumable();
    outbox.pause(true);
    await until(() => statesOf()[0] === 'queued');
    expect(outbox.summary()).toMatchObject({ network: 'paused', waiting: 1, sending: 0 });
    must(await outbox.enqueue([objectOf({ destinations: ['hub'] })]));
    await quiet();
    expect(hub.attempts).toHaveLength(1);
    hub.onSend = async (attempt) => hub.take(attempt);
    outbox.pause(false);
    await allDone();
    expect(
      hub.attempts.find(({ kind, resume }) => kind === 'clip' && resume === 'upload-7'),
    ).toBeDefined();
    expect(outbox.list({}).map(({ attempts }) => attempts)).toEqual([0, 0]);
  });

  it('who changes their mind at once has changed nothing', async () => {
    const { outbox } = await open();
    outbox.pause(true);
    must(await outbox.enqueue([objectOf()]));
    outbox.pause(true);
    outbox.pause(false);
    await allDone();
  });

  it('who retries waits for nothing that a server asked for', async () => {
    const { outbox, pacs } = await open();
    pacs.onSend = async () => failedBy('OUTBOX_THROTTLED', 30 * MINUTE);
    must(await outbox.enqueue([objectOf()]));
    await isClosedFor(30 * MINUTE);
    pacs.onSend = async (attempt) => pacs.take(attempt);
    must(await outbox.retry(1));
    await allDone();
  });

  it('who resolves the last of an object needs its payload no more', async () => {
    const { outbox, pacs } = await open();
    pacs.onSend = async () => failedBy('OUTBOX_REJECTED');
    must(await outbox.enqueue([objectOf()]));
    await until(() => statesOf()[0] === 'refused');
    expect(payloadsOf(rig)).toHaveLength(1);
    must(await outbox.resolve(1, 'envoyé par la messagerie'));
    expect(payloadsOf(rig)).toEqual([]);
  });

  it('is told of changes at most four times a second', async () => {
    const { outbox, summaries, clock } = await open();
    await quiet();
    summaries.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => outbox.enqueue([objectOf()])));
    await allDone();
    expect(summaries.length).toBeLessThanOrEqual(1);
    await clock.pass(10 * SECOND);
    expect(summaries.at(-1)).toMatchObject({ waiting: 0, sending: 0, doneToday: 20 });
    expect(summaries.length).toBeLessThanOrEqual(5);
  });
});

describe('the cap of a consultation', () => {
  it('holds what leaves together below it, and lets the urgent pass first', async () => {
    const { outbox, pacs, dmp, clock } = await open();
    const left: { readonly at: number; readonly kind: string }[] = [];
    const slowly = (side: typeof pacs) => async (attempt: Parameters<typeof pacs.take>[0]) => {
      for (let piece = 0; piece < 10; piece++) {
        await attempt.maysend(1000);
        left.push({ at: clock.now() - NOON, kind: attempt.kind });
        attempt.onProgress(0);
      }
      return side.take(attempt);
    };
    pacs.onSend = slowly(pacs);
    dmp.onSend = slowly(dmp);
    outbox.setCap(1000);
    expect(outbox.summary().slowed).toBe(true);
    must(
      await outbox.enqueue([objectOf({ kind: 'dicomImage' }), objectOf({ kind: 'dicomImage' })]),
    );
    await until(() => pacs.attempts.length === 2);
    must(await outbox.enqueue([objectOf({ kind: 'report', destinations: ['dmp'] })]));
    await until(() => dmp.attempts.length === 1);
    await clock.pass(35 * SECOND);
    await allDone();
    expect(left).toHaveLength(30);
    for (const [sent, { at }] of left.entries()) {
      // A second a piece, and what a quiet line may send at once.
      expect(at).toBeGreaterThanOrEqual((sent - 1) * SECOND);
    }
    const ofReport = left.flatMap(({ kind }, place) => (kind === 'report' ? [place] : []));
    expect(Math.max(...ofReport)).toBeLessThan(13);
  });

  it('that is very low ends no attempt, and is over when it is lifted', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = async (attempt) => {
      await attempt.maysend(64_000);
      await attempt.maysend(64_000);
      return attempt.signal.aborted ? failedBy('OUTBOX_TIMEOUT') : pacs.take(attempt);
    };
    outbox.setCap(10);
    must(await outbox.enqueue([objectOf()]));
    await until(() => pacs.attempts.length === 1);
    await clock.pass(20 * MINUTE);
    expect(statesOf()).toEqual(['inFlight']);
    outbox.setCap(null);
    await allDone();
    expect(pacs.attempts).toHaveLength(1);
  });
});

describe('an attempt', () => {
  it('in which nothing moves is ended, and tried again', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = untilAborted;
    must(await outbox.enqueue([objectOf()]));
    await until(() => pacs.attempts.length === 1);
    await clock.pass(89 * SECOND);
    expect(statesOf()).toEqual(['inFlight']);
    await clock.pass(31 * SECOND);
    await until(() => statesOf()[0] === 'queued' || pacs.attempts.length === 2);
    expect(outbox.history(1).at(-1)).toMatchObject({
      event: 'failed',
      fault: { code: 'OUTBOX_TIMEOUT' },
    });
  });

  it('that takes an hour is not taken for dead while it moves', async () => {
    const { outbox, pacs, clock } = await open();
    let move: (bytes: number) => void = () => undefined;
    pacs.onSend = (attempt) => {
      move = attempt.onProgress;
      return untilAborted(attempt);
    };
    must(await outbox.enqueue([objectOf()]));
    await until(() => pacs.attempts.length === 1);
    for (let minute = 1; minute <= 60; minute++) {
      move(minute);
      await clock.pass(MINUTE);
    }
    expect(outbox.list({})[0]).toMatchObject({ state: 'inFlight', offset: 60 });
    expect(pacs.attempts).toHaveLength(1);
  });

  it('whose document takes long to make is not taken for dead either', async () => {
    let made: () => void = () => undefined;
    const making = new Promise<void>((resolve) => {
      made = resolve;
    });
    const { outbox, pacs, clock } = await open({
      prepare: async ({ objectId }) => {
        await making;
        return ok(payloadOf(bytesOf(objectId)));
      },
    });
    must(await outbox.enqueue([objectOf()]));
    await until(() => statesOf()[0] === 'claimed');
    await clock.pass(10 * MINUTE);
    expect(eventsOf(1)).toEqual(['enqueued', 'claimed']);
    made();
    await allDone();
    expect(pacs.attempts).toHaveLength(1);
  });

  it('outlives a clock that is set, forward or back', async () => {
    const { outbox, pacs, clock } = await open();
    pacs.onSend = (attempt) => {
      pacs.onSend = async (next) => pacs.take(next);
      return untilAborted(attempt);
    };
    must(await outbox.enqueue([objectOf()]));
    await until(() => pacs.attempts.length === 1);
    clock.set(1000 * DAY);
    await clock.pass(31 * SECOND);
    clock.set(-2000 * DAY);
    await clock.pass(31 * SECOND);
    expect(statesOf()).toEqual(['inFlight']);
    expect(eventsOf(1)).toEqual(['enqueued', 'claimed', 'sent']);
    expect(pacs.attempts).toHaveLength(1);
  });

  it('that has lost its lease stops, and writes nothing', async () => {
    const { outbox, pacs, store, clock } = await open();
    pacs.onSend = untilAborted;
    must(await outbox.enqueue([objectOf()]));
    await until(() => pacs.attempts.length === 1);
    must(
      await store.write((db) =>
        db.prepare("UPDATE outbox_deliveries SET lease = 'another/1'").run(),
      ),
    );
    clock.set(SECOND);
    pacs.attempts[0]?.onProgress(5);
    await until(() => pacs.attempts[0]?.signal.aborted === true);
    await quiet();
    expect(outbox.list({})[0]).toMatchObject({ state: 'inFlight', offset: 0, fault: null });
    expect(eventsOf(1)).toEqual(['enqueued', 'claimed', 'sent']);
  });

  it('that meets a bug is put aside, and the others go on', async () => {
    const { outbox, pacs, bugs } = await open();
    const [broken, sound] = [objectOf(), objectOf()];
    pacs.onSend = async (attempt) => {
      if (attempt.objectId === broken.objectId) {
        throw new RangeError('a bug');
      }
      return pacs.take(attempt);
    };
    must(await outbox.enqueue([broken, sound]));
    await until(() => statesOf().includes('quarantined') && statesOf().includes('done'));
    expect(bugs).toEqual([expect.any(RangeError)]);
    expect(outbox.list({})[0]).toMatchObject({ fault: { code: 'INTERNAL' } });
  });
});

describe('a payload', () => {
  const sealedOf = (objectId: string) => path.join(rig.folder, 'outbox', `${objectId}.sealed`);
  /** Made, sealed and given back: the archive asks for time. */
  const prepared = async (changes: Partial<OutboxDependencies> = {}): Promise<string> => {
    const { outbox, pacs } = await open(changes);
    const object = objectOf();
    pacs.onSend = async () => failedBy('OUTBOX_THROTTLED', MINUTE);
    must(await outbox.enqueue([object]));
    await isClosedFor(MINUTE);
    pacs.onSend = async (attempt) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of attempt.payload.open()) {
        pieces.push(piece);
      }
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytesOf(object.objectId)));
      return pacs.take(attempt);
    };
    return object.objectId;
  };

  it('is on the disk, and not legible there, before anything leaves', async () => {
    const objectId = await prepared();
    const kept = readFileSync(sealedOf(objectId));
    expect(kept.length).toBeGreaterThan(PAYLOAD_BYTES);
    expect(kept.includes(objectId)).toBe(false);
    await rig.clock.pass(MINUTE);
    await allDone();
  });

  it('that was damaged on the disk is made again', async () => {
    const objectId = await prepared();
    writeFileSync(sealedOf(objectId), 'nothing that was sealed');
    await rig.clock.pass(2 * MINUTE);
    await allDone();
    expect(rig.pacs.arrived).toHaveLength(1);
  });

  it('that came out otherwise than before is for a person to look at', async () => {
    let time = 0;
    const objectId = await prepared({
      prepare: async ({ objectId: id }) =>
        ok(payloadOf(time++ === 0 ? bytesOf(id) : new Uint8Array([1]))),
    });
    writeFileSync(sealedOf(objectId), 'nothing that was sealed');
    await rig.clock.pass(2 * MINUTE);
    await until(() => statesOf()[0] === 'quarantined');
    expect(rig.outbox.list({})[0]).toMatchObject({ fault: { code: 'OUTBOX_PAYLOAD_CHANGED' } });
    expect(rig.pacs.arrived).toEqual([]);
  });

  it('of which the rows know nothing after a power cut is asked for before it is sent', async () => {
    const objectId = await prepared();
    must(
      await rig.store.write((db) =>
        db.prepare('UPDATE outbox_objects SET sha256 = NULL, media_type = NULL').run(),
      ),
    );
    rig.pacs.held.add(objectId);
    await rig.clock.pass(MINUTE);
    await allDone();
    expect(rig.pacs.arrived).toEqual([]);
    expect(rig.pacs.asked).toEqual([objectId]);
  });

  it('that nobody needs any more is swept away at the next start', async () => {
    const objectId = await prepared();
    const folder = path.join(rig.folder, 'outbox');
    writeFileSync(path.join(folder, 'torn.sealed.part'), 'x');
    writeFileSync(path.join(folder, '0f5b1c9e-7a51-4a3f-9f6e-3f6a0c5d2e11.sealed'), 'x');
    await rig.outbox.close();
    const { outbox } = await rig.restart();
    expect(readdirSync(folder)).toEqual([`${objectId}.sealed`]);
    await outbox.close();
  });
});

describe('closing', () => {
  it('ends what is under way, counts nothing, and leaves no timer', async () => {
    const { outbox, pacs, hub, clock, bugs } = await open();
    pacs.onSend = untilAborted;
    hub.onSend = async () => failedBy('OUTBOX_UNREACHABLE');
    rig.network.reachable.set('hub', false);
    must(
      await outbox.enqueue([
        objectOf(),
        objectOf(),
        objectOf(),
        objectOf({ destinations: ['hub'] }),
      ]),
    );
    await until(() => pacs.attempts.length === 2 && hub.attempts.length === 1);
    await outbox.close();
    expect(statesOf()).toEqual(Array(4).fill('queued'));
    expect(outbox.list({}).map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0]);
    expect(clock.timers).toBe(0);
    expect(bugs).toEqual([]);
  });

  it('while a claim is on its way gives it back, and nothing of it leaves', async () => {
    let made = 0;
    const { outbox, pacs, store } = await open({
      prepare: async ({ objectId }) => {
        made++;
        return ok(payloadOf(bytesOf(objectId)));
      },
    });
    outbox.pause(true);
    must(await outbox.enqueue([objectOf()]));
    outbox.pause(false);
    await outbox.close();
    expect(made).toBe(0);
    expect(statesOf()).toEqual(['queued']);
    expect(pacs.attempts).toEqual([]);
    expect(
      store.db
        .prepare('SELECT count(*) FROM outbox_deliveries WHERE lease IS NOT NULL')
        .pluck()
        .get(),
    ).toBe(0);
  });
});
