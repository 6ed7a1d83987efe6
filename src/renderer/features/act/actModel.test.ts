import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import { type ScriptedMain, scriptedMain, settled } from '../../app/bridgeTesting.ts';
import { measurementOf } from '../../media/measurementTesting.ts';
import { createActModel } from './actModel.ts';
import { actOf } from './actTesting.ts';
import { BLANK, type OpeningDraft } from './openingDraft.ts';

const FILLED: OpeningDraft = {
  ...BLANK,
  birthName: 'Martin',
  givenName: 'Marie',
  sex: 'female',
  consent: 'oral',
  operatorName: 'Petit',
};
const CLOSED = actOf({ state: 'closed', endedAt: '2026-11-28T09:30:00.000Z' });

function rig(answers: Parameters<typeof scriptedMain>[0]) {
  const scripted = scriptedMain(answers);
  const now = () => new Date('2026-11-28T09:00:00.000Z');
  return { ...scripted, acts: createActModel({ ...scripted.main, now }) };
}
const callsOf = ({ asked }: Pick<ScriptedMain, 'asked'>, name: string) =>
  asked.filter((call) => call.name === name);

describe('the act', () => {
  it('that was open when the window came is shown', async () => {
    const { acts } = rig({ currentAct: () => ok({ act: actOf() }) });
    expect(acts.state().known).toBe(false);
    acts.start();
    await settled();
    expect(acts.state()).toMatchObject({ known: true, act: { state: 'open' } });
  });

  it('stays unknown while the store cannot tell, and is asked anew', async () => {
    const { acts, answers } = rig({ currentAct: () => failed('KEYSTORE_PASSPHRASE_NEEDED') });
    acts.start();
    await settled();
    expect(acts.state()).toMatchObject({ known: false, act: null });
    answers.currentAct = () => ok({ act: null });
    acts.start();
    await settled();
    expect(acts.state()).toMatchObject({ known: true, act: null });
  });

  it('is not opened while something is missing', async () => {
    const { acts, ...main } = rig({ openAct: () => ok(actOf()) });
    await acts.open();
    expect(callsOf(main, 'openAct')).toEqual([]);
  });

  it('shows what the devices said before it leaves, and forgets it when one goes back', async () => {
    const value = {
      kind: 'measurement',
      takenAt: '2026-11-28T09:10:00.000Z',
      value: measurementOf(),
    } as const;
    const { acts } = rig({
      currentAct: () => ok({ act: actOf() }),
      pendingValues: () => ok([value]),
    });
    acts.show('closing');
    await settled();
    expect(acts.values.state()).toEqual([value]);
    acts.show('none');
    acts.show('closing');
    expect(acts.values.state()).toEqual([]);
  });

  it('once opened, the form is blank for the next resident, but for the nurse’s own name', async () => {
    const { acts } = rig({ openAct: () => ok(actOf()) });
    acts.show('opening');
    acts.opening.set(FILLED);
    acts.report.set('of the one before');
    await acts.open();
    expect(acts.state()).toMatchObject({ act: { state: 'open' }, shown: { dialog: 'none' } });
    expect(acts.opening.state()).toEqual({ ...BLANK, operatorName: 'Petit' });
    expect(acts.report.state()).toBe('');
  });

  it('that was not opened says why and loses nothing that was typed', async () => {
    const { acts } = rig({ openAct: () => failed('STORE_DISK_FULL') });
    acts.show('opening');
    acts.opening.set(FILLED);
    await acts.open();
    expect(acts.state()).toMatchObject({
      act: null,
      busy: false,
      shown: { dialog: 'opening' },
      fault: { code: 'STORE_DISK_FULL' },
    });
    expect(acts.opening.state()).toEqual(FILLED);
  });

  it('is closed once however often it is asked for', async () => {
    const { acts, ...main } = rig({
      currentAct: () => ok({ act: actOf() }),
      closeAct: () => ok({ act: CLOSED, queued: 4, unread: 0 }),
    });
    acts.start();
    await settled();
    acts.report.set('  Tympan rouge.  ');
    await Promise.all([acts.close(), acts.close()]);
    expect(callsOf(main, 'closeAct')).toEqual([
      { name: 'closeAct', input: { report: 'Tympan rouge.' } },
    ]);
    expect(acts.state()).toMatchObject({
      act: null,
      shown: { dialog: 'sent', queued: 4, act: { state: 'closed' } },
    });
    expect(acts.report.state()).toBe('');
  });

  it('that was not closed keeps its report', async () => {
    const { acts } = rig({
      currentAct: () => ok({ act: actOf() }),
      closeAct: () => failed('STORE_IO', { code: 'EIO' }),
    });
    acts.start();
    await settled();
    acts.report.set('Tympan rouge.');
    await acts.close();
    expect(acts.state()).toMatchObject({ act: { state: 'open' }, fault: { code: 'STORE_IO' } });
    expect(acts.report.state()).toBe('Tympan rouge.');
  });

  it('waits at its beginning and its end for what is still being recorded', async () => {
    const order: string[] = [];
    const { acts } = rig({
      openAct: () => {
        order.push('opened');
        return ok(actOf());
      },
      closeAct: () => {
        order.push('closed');
        return ok({ act: CLOSED, queued: 0 });
      },
    });
    const release = acts.beforeChange(async () => {
      await settled();
      order.push('kept');
    });
    acts.opening.set(FILLED);
    await acts.open();
    await acts.close();
    release();
    acts.opening.set(FILLED);
    await acts.open();
    expect(order).toEqual(['kept', 'opened', 'kept', 'closed', 'opened']);
  });

  it('follows main: a closed one is none', () => {
    const { acts, tell } = rig({});
    tell({ notice: 'act', act: actOf() });
    expect(acts.state().act?.patient.birthName).toBe('MARTIN');
    tell({ notice: 'act', act: CLOSED });
    expect(acts.state()).toMatchObject({ known: true, act: null });
  });
});
