/** A FHIR R4 resource as it is written. */
export type Resource = { readonly resourceType: string } & Readonly<Record<string, unknown>>;

export type Coding = { readonly system: string; readonly code: string; readonly display?: string };
export type CodeableConcept = { readonly coding?: readonly Coding[]; readonly text?: string };
export type Identifier = {
  readonly use?: 'official' | 'usual' | 'secondary';
  readonly type?: CodeableConcept;
  readonly system: string;
  readonly value: string;
};

/** To a resource of the same bundle, or to somebody who has no identifier and so no resource. */
export type Reference = { readonly reference?: string; readonly display?: string };

/**
 * A resource on its way into a bundle. `condition`: the search that finds it again on the server; it
 * is created only when that finds nothing, so that sending twice creates once.
 */
export type Entry = {
  readonly fullUrl: string;
  readonly resource: Resource;
  readonly condition: string;
};

/**
 * What a person should know of how the bundle was made.
 * - insWithheld: the identity is not QUAL, or its OID is not one of the INS: matricule stays here;
 * - noLoinc: `name` has no LOINC code and carries one of Chariot's own;
 * - invalidValue: `name` was measured and is not valid: sent without its value;
 * - notIncluded: the capture has no file, no values and no DICOM object to point at;
 * - corrected: the capture was corrected: its correction is sent in its place;
 * - rounded: the samples of an ECG are rounded to `step` of their unit.
 */
export type FhirNote = {
  readonly code:
    | 'insWithheld'
    | 'noLoinc'
    | 'invalidValue'
    | 'notIncluded'
    | 'corrected'
    | 'rounded';
  readonly params: Readonly<Record<string, string | number>>;
};

export type FhirDocument = {
  /** A transaction bundle, JSON in UTF-8; the same input gives the same bytes. */
  readonly bytes: Uint8Array;
  readonly notes: readonly FhirNote[];
};
