import { describe, expect, it } from 'vitest';
import { IPC_CALLS } from '../../../contracts/ipc.ts';
import { BLANK, type OpeningDraft, openingOf, openingProblems } from './openingDraft.ts';

const TODAY = new Date('2026-11-28T10:00:00');
const FILLED: OpeningDraft = {
  ...BLANK,
  birthName: ' lefèvre ',
  givenName: ' Marie-Thérèse ',
  birthDate: '12/03/1938',
  sex: 'female',
  consent: 'oral',
};

describe('the opening of an act', () => {
  it('says what is missing, in the order of the form', () => {
    expect(openingProblems(BLANK, TODAY)).toEqual(['birthName', 'givenName', 'sex', 'consent']);
    expect(openingOf(BLANK, TODAY)).toBeNull();
  });

  it('takes an unknown date of birth, and none that is no date', () => {
    expect(openingOf({ ...FILLED, birthDate: ' ' }, TODAY)?.patient.birthDate).toBeNull();
    expect(openingProblems({ ...FILLED, birthDate: '31/02/1938' }, TODAY)).toEqual(['birthDate']);
    expect(openingOf({ ...FILLED, birthDate: '31/02/1938' }, TODAY)).toBeNull();
  });

  it('is what main takes, with the names in capitals and the identity provisional', () => {
    const opening = openingOf({ ...FILLED, usedName: 'durand', operatorName: ' Petit ' }, TODAY);
    expect(IPC_CALLS.openAct.input.parse(opening)).toEqual(opening);
    expect(opening).toMatchObject({
      patient: {
        birthName: 'LEFÈVRE',
        usedName: 'DURAND',
        givenNames: ['Marie-Thérèse'],
        birthDate: '1938-03-12',
        sex: 'female',
        identityStatus: 'PROV',
        ins: null,
        fictional: false,
      },
      operator: { role: 'nurse', familyName: 'Petit' },
      consent: { given: true, mode: 'oral' },
    });
  });

  it('names nobody who was not named', () => {
    expect(openingOf(FILLED, TODAY)).toMatchObject({ operator: null, patient: { usedName: null } });
  });

  it('does not call a consent given that nobody could give', () => {
    const opening = openingOf({ ...FILLED, consent: 'impossible' }, TODAY);
    expect(opening?.consent).toEqual({ given: false, mode: 'impossible' });
  });

  it('keeps a resident of practice apart', () => {
    expect(openingOf({ ...FILLED, fictional: true }, TODAY)?.patient.fictional).toBe(true);
  });
});
