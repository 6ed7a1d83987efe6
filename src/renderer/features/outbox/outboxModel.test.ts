import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import type { OutboxSummary } from '../../../contracts/outbox.ts';
import { scriptedMain, settled } from '../../app/bridgeTesting.ts';
import { pageTimers } from '../../media/timers.ts';
import { createOutboxModel } from './outboxModel.ts';

const SUMMARY: OutboxSummary = {
  waiting: 2,
  sending: 0,
  stuck: 0,
  waitingBytes: 1_000,
  oldestWaitingAt: null,
  doneToday: 0,
  network: 'up',
  slowed: false,
};

function rig(answers: Parameters<typeof scriptedMain>[0]) {
  const scripted = scriptedMain(answers);
  return { ...scripted, outbox: createOutboxModel(scripted.main, pageTimers) };
}

describe('the outbox as the window knows it', () => {
  it('is what main says, and the newest of it', async () => {
    const { outbox, tell } = rig({ outboxSummary: () => ok(SUMMARY) });
    outbox.start();
    tell({ notice: 'outbox', outbox: { ...SUMMARY, waiting: 1 } });
    await settled();
    expect(outbox.state().summary?.waiting).toBe(1);
  });

  it('is out of reach while the store is, and comes back with it', async () => {
    const { outbox, answers } = rig({ outboxSummary: () => failed('KEYSTORE_PASSPHRASE_NEEDED') });
    outbox.start();
    await settled();
    expect(outbox.state().fault).toEqual({ code: 'KEYSTORE_PASSPHRASE_NEEDED' });
    answers.outboxSummary = () => ok(SUMMARY);
    outbox.start();
    await settled();
    expect(outbox.state()).toEqual({ summary: SUMMARY, fault: null });
  });

  it('puts several first in their own order', async () => {
    const { outbox, asked } = rig({ reorderDelivery: () => ok({}) });
    await outbox.putFirst([4, 7, 9]);
    expect(asked.map(({ input }) => input)).toEqual([
      { deliveryId: 9, where: 'first' },
      { deliveryId: 7, where: 'first' },
      { deliveryId: 4, where: 'first' },
    ]);
  });

  it('stops at the first that main refuses, and tells why', async () => {
    const { outbox, asked } = rig({
      retryDelivery: ({ deliveryId }) => (deliveryId === 2 ? failed('OUTBOX_UNKNOWN') : ok({})),
    });
    await expect(outbox.retry([1, 2, 3])).resolves.toEqual(failed('OUTBOX_UNKNOWN'));
    expect(asked).toHaveLength(2);
  });

  it('lists the destinations anew after each change of one', async () => {
    const destination = {
      destinationId: 'pacs',
      kind: 'dicomweb',
      name: 'PACS',
      url: 'https://pacs.example/dicom-web',
      enabled: true,
      concurrency: 2,
      certificateSha256: null,
    } as const;
    const state = {
      destination,
      hasCredentials: false,
      state: 'unknown',
      retryAt: null,
      fault: null,
    } as const;
    const { outbox } = rig({
      saveDestination: () => ok(state),
      listDestinations: () => ok([state]),
    });
    await outbox.saveDestination({ destination });
    expect(outbox.destinations.state()).toEqual([state]);
  });
});
