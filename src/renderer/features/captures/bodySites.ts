import type { CaptureRecord } from '../../../contracts/captures.ts';

type BodySite = NonNullable<CaptureRecord['bodySite']>;

/**
 * Where at a bedside one looks or listens. Codes and meanings: SNOMED CT as DICOM PS3.16 lists them,
 * CID 4 (anatomic region) and CID 4031 (common anatomic region); the heel is SNOMED CT's own.
 * `paired`: one on each side, so that a side must be told.
 */
export const BODY_SITES = [
  { key: 'ear', code: '117590005', display: 'Ear', paired: true },
  { key: 'eye', code: '81745001', display: 'Eye', paired: true },
  { key: 'nose', code: '45206002', display: 'Nose', paired: false },
  { key: 'mouth', code: '123851003', display: 'Mouth', paired: false },
  { key: 'scalp', code: '41695006', display: 'Scalp', paired: false },
  { key: 'face', code: '89545001', display: 'Face', paired: false },
  { key: 'neck', code: '45048000', display: 'Neck', paired: false },
  { key: 'chest', code: '816094009', display: 'Chest', paired: false },
  { key: 'abdomen', code: '818981001', display: 'Abdomen', paired: false },
  { key: 'back', code: '77568009', display: 'Back', paired: false },
  { key: 'sacrum', code: '54735007', display: 'Sacrum', paired: false },
  { key: 'buttock', code: '46862004', display: 'Buttock', paired: true },
  { key: 'shoulder', code: '16982005', display: 'Shoulder', paired: true },
  { key: 'forearm', code: '14975008', display: 'Forearm', paired: true },
  { key: 'hand', code: '85562004', display: 'Hand', paired: true },
  { key: 'hip', code: '29836001', display: 'Hip', paired: true },
  { key: 'thigh', code: '68367000', display: 'Thigh', paired: true },
  { key: 'lowerLeg', code: '30021000', display: 'Lower leg', paired: true },
  { key: 'foot', code: '56459004', display: 'Foot', paired: true },
  { key: 'heel', code: '76853006', display: 'Heel', paired: true },
] as const;

export type BodySiteKey = (typeof BODY_SITES)[number]['key'];

/** @param side of a paired one; null: nobody told it. */
export function bodySiteOf(key: BodySiteKey, side: 'left' | 'right' | null): BodySite | null {
  const row = BODY_SITES.find((one) => one.key === key);
  if (row === undefined) {
    return null;
  }
  const { code, display, paired } = row;
  return { code, display, laterality: paired ? side : 'unpaired' };
}

/** null: a code that is none of this table. */
export function keyOf(site: BodySite | null): BodySiteKey | null {
  return BODY_SITES.find(({ code }) => code === site?.code)?.key ?? null;
}
