import type { Act } from '../../../contracts/clinical.ts';

/** An open act, with what a test needs to differ. */
export function actOf(changes: Partial<Act> = {}): Act {
  return {
    actId: '7b6d2a34-52f5-4c8f-9c0e-0d3d7f6a1c01',
    patient: {
      patientId: 'd0a3c1de-3d4e-4b27-9a3f-1f7f3c4f6a02',
      birthName: 'MARTIN',
      usedName: null,
      givenNames: ['Marie'],
      birthDate: '1938-03-12',
      sex: 'female',
      identityStatus: 'PROV',
      ins: null,
      identifiers: [],
      fictional: false,
    },
    state: 'open',
    startedAt: '2026-11-28T09:00:00.000Z',
    endedAt: null,
    operator: null,
    physician: null,
    reason: '',
    consent: null,
    report: null,
    ...changes,
  };
}
