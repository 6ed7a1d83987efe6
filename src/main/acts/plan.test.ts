import { describe, expect, it } from 'vitest';
import { SiteSchema } from '../../contracts/clinical.ts';
import { type Destination, DestinationSchema } from '../../contracts/outbox.ts';
import { act, PATIENT, stillCapture } from './builders.ts';
import { planObjects } from './plan.ts';

const CONTEXT = { site: SiteSchema.parse({}), software: 'test' };

function destination(destinationId: string, kind: Destination['kind'], enabled = true) {
  return DestinationSchema.parse({
    destinationId,
    kind,
    name: destinationId,
    url: 'https://h/',
    enabled,
  });
}
const ALL = [
  destination('pacs', 'dicomweb'),
  destination('dmp', 'fhir'),
  destination('hub', 'hub'),
];

function plan(changes = {}, captures = [stillCapture()], destinations = ALL) {
  return planObjects(act(changes), captures, ['r1', 'r2'], destinations, CONTEXT).map(
    ({ kind, destinations: to }) => `${kind}>${to.join('+')}`,
  );
}

describe('what leaves when an act is closed', () => {
  it('goes to the servers that take its kind', () => {
    expect(plan()).toEqual(['dicomImage>pacs', 'fhirBundle>dmp', 'recording>hub', 'recording>hub']);
  });

  it('includes the report as document and as DICOM, where one was written', () => {
    const report = { text: 'Otite droite.', signedBy: null, signedAt: null };
    expect(plan({ report })).toContain('report>dmp');
    expect(plan({ report })).toContain('dicomPdf>pacs');
    expect(plan({ report: { ...report, text: '' } })).toEqual(plan());
  });

  it('waits without a destination where none takes it', () => {
    expect(plan({}, [stillCapture()], [destination('pacs', 'dicomweb', false)])).toEqual([
      'dicomImage>',
      'fhirBundle>',
      'recording>',
      'recording>',
    ]);
  });

  it('sends a correction and not what it corrects', () => {
    const wrong = stillCapture();
    const right = stillCapture({
      captureId: '11111111-2222-4333-8444-555555555555',
      corrects: wrong.captureId,
    });
    const objects = planObjects(act(), [wrong, right], [], ALL, CONTEXT);
    expect(objects.flatMap(({ recipe }) => recipe)).toContainEqual({
      make: 'dicom',
      captureId: right.captureId,
      actId: act().actId,
      ...CONTEXT,
    });
    expect(objects.filter(({ kind }) => kind === 'dicomImage')).toHaveLength(1);
  });

  it('has the same identities whenever it is planned, and others for another act', () => {
    const ids = (changes = {}) =>
      planObjects(act(changes), [stillCapture()], ['r1'], ALL, CONTEXT).map((one) => one.objectId);
    expect(ids()).toEqual(ids());
    const others = ids({ actId: '00000000-0000-4000-8000-000000000000' });
    expect(ids().some((id) => others.includes(id))).toBe(false);
    expect(new Set(ids()).size).toBe(3);
  });

  it('is nothing for a fictional resident', () => {
    expect(plan({ patient: { ...PATIENT, fictional: true } })).toEqual([]);
  });
});
