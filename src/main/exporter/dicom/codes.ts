import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Dataset } from './attributes.ts';
import type { Say } from './types.ts';
import { text } from './values.ts';

const MAX_SHORT_CODE = 16;

/** An item of a code sequence (PS3.3 8.8). */
export function code(value: string, scheme: string, meaning: string): Dataset {
  return {
    // SNOMED CT codes of a national extension have 18 digits, Code Value takes 16.
    ...(value.length > MAX_SHORT_CODE ? { LongCodeValue: value } : { CodeValue: value }),
    CodingSchemeDesignator: scheme,
    CodeMeaning: meaning,
  };
}

type BodySite = NonNullable<CaptureRecord['bodySite']>;

/** The region as one item; as none where it has no code. */
export function regionCode({ code: value, display }: BodySite, say: Say): readonly Dataset[] {
  const clean = text('UC', value, 'CodeValue', say);
  const meaning = text('LO', display, 'CodeMeaning', say) || clean;
  return clean === '' ? [] : [code(clean, 'SCT', meaning)];
}

/** Image Laterality (0020,0062). */
export const IMAGE_LATERALITY = {
  left: 'L',
  right: 'R',
  bilateral: 'B',
  unpaired: 'U',
} as const satisfies Record<NonNullable<BodySite['laterality']>, string>;

/** PS3.16 CID 244; unpaired has no code, as there is no side to tell. */
export const LATERALITY_CODES: Readonly<
  Record<NonNullable<BodySite['laterality']>, readonly Dataset[]>
> = {
  left: [code('7771000', 'SCT', 'Left')],
  right: [code('24028007', 'SCT', 'Right')],
  bilateral: [code('51440002', 'SCT', 'Right and left')],
  unpaired: [],
};

export const HEART_SCT = '80891009';
