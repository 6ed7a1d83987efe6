import { z } from 'zod';

/** RNIV identity status, FR Core fr-core-cs-v2-0445: PROV provisional … QUAL qualified. */
export const IDENTITY_STATUSES = ['PROV', 'RECUP', 'VALI', 'QUAL'] as const;

/** An identifier given by a system: `system` is a URI (urn:oid:… for a French national one). */
export const IdentifierSchema = z.object({
  system: z.string().min(1).max(200),
  value: z.string().min(1).max(64),
});
export type Identifier = z.infer<typeof IdentifierSchema>;

/**
 * Who the examination is about, as far as the cart knows. `patientId` is Chariot's own and is the
 * binding that devices and recordings carry: an opaque mark, never a name.
 */
export const PatientSchema = z.object({
  patientId: z.uuid(),
  /** Nom de naissance. */
  birthName: z.string().min(1).max(100),
  usedName: z.string().max(100).nullable().default(null),
  /** Liste des prénoms de naissance, the first one first. */
  givenNames: z.array(z.string().min(1).max(100)).min(1),
  birthDate: z.iso.date().nullable().default(null),
  sex: z.enum(['female', 'male', 'other', 'unknown']),
  identityStatus: z.enum(IDENTITY_STATUSES).default('PROV'),
  /** Leaves the system only when `identityStatus` is QUAL (RNIV EXI ID 29). */
  ins: z
    .object({ matricule: z.string().regex(/^[0-9AB]{15}$/), oid: z.string().min(1).max(64) })
    .nullable()
    .default(null),
  /** Those of the establishment (IPP). */
  identifiers: z.array(IdentifierSchema).default([]),
  /** A fictional resident of practice: nothing of it ever leaves the cart. */
  fictional: z.boolean().default(false),
});
export type Patient = z.infer<typeof PatientSchema>;

export const ProfessionalSchema = z.object({
  role: z.enum(['nurse', 'physician', 'technician']),
  familyName: z.string().min(1).max(100),
  givenName: z.string().max(100).default(''),
  rpps: z
    .string()
    .regex(/^\d{11}$/)
    .nullable()
    .default(null),
});
export type Professional = z.infer<typeof ProfessionalSchema>;

export const ActConsentSchema = z.object({
  given: z.boolean(),
  mode: z.enum(['oral', 'written', 'guardian', 'impossible']),
  at: z.iso.datetime(),
});

/**
 * One assisted teleconsultation. Open while the resident is examined; closed once, and from then on
 * everything of it is on its way to the hospital.
 */
export const ActSchema = z.object({
  actId: z.uuid(),
  patient: PatientSchema,
  state: z.enum(['open', 'closed']),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  operator: ProfessionalSchema.nullable(),
  physician: ProfessionalSchema.nullable().default(null),
  reason: z.string().max(500).default(''),
  consent: ActConsentSchema.nullable().default(null),
  /** The report's text. `signedAt` null: nobody signed it. */
  report: z
    .object({
      text: z.string().max(20_000),
      signedBy: ProfessionalSchema.nullable(),
      signedAt: z.iso.datetime().nullable(),
    })
    .nullable()
    .default(null),
});
export type Act = z.infer<typeof ActSchema>;

/** What the site says of itself; documents carry it. */
export const SiteSchema = z.object({
  /** Root under which DICOM UIDs are made; empty: 2.25 with the object's UUID (PS3.5 B.2). */
  uidRoot: z
    .string()
    .regex(/^$|^[0-2](\.(0|[1-9]\d*))+$/)
    .max(24)
    .default(''),
  institution: z.string().max(64).default(''),
  department: z.string().max(64).default(''),
  stationName: z.string().max(16).default('CHARIOT'),
  /** URI of the identifiers that this site gives to residents without another. */
  patientSystem: z.string().min(1).max(200).default('urn:chariot:patient'),
  /** FINESS number of the establishment. */
  finess: z
    .string()
    .regex(/^[0-9AB]{9}$/)
    .nullable()
    .default(null),
});
export type Site = z.infer<typeof SiteSchema>;
