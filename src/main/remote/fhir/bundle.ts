import { z } from 'zod';

const ResourceSchema = z.looseObject({ resourceType: z.string().regex(/^[A-Za-z]+$/) });
export type FhirResource = z.infer<typeof ResourceSchema>;

const TransactionSchema = z.object({
  resourceType: z.literal('Bundle'),
  type: z.literal('transaction'),
  entry: z
    .array(
      z.object({
        fullUrl: z.string().optional(),
        resource: ResourceSchema,
        request: z.object({ ifNoneExist: z.string().optional() }),
      }),
    )
    .min(1),
});

const AnswerSchema = z.object({
  resourceType: z.literal('Bundle'),
  type: z.literal('transaction-response'),
  entry: z.array(z.object({ response: z.object({ status: z.string() }) })),
});

const SearchSchema = z.object({
  resourceType: z.literal('Bundle'),
  type: z.literal('searchset'),
  entry: z
    .array(
      z.object({
        resource: ResourceSchema,
        search: z.object({ mode: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

const OutcomeSchema = z.object({
  resourceType: z.literal('OperationOutcome'),
  // The issue types of R4 are such words; texts beside them may quote the patient and stay out.
  issue: z.array(z.object({ code: z.string().regex(/^[a-z-]{1,24}$/) })).min(1),
});

const IdentifiersSchema = z.array(z.object({ system: z.string(), value: z.string() })).min(1);

export type BundleEntry = {
  readonly fullUrl: string | null;
  readonly resource: FhirResource;
  /** Search that finds this resource alone; null: the bundle gives none. */
  readonly search: string | null;
};

/** @returns null: these bytes are no FHIR transaction. */
export function readTransaction(bytes: Buffer): readonly BundleEntry[] | null {
  const parsed = TransactionSchema.safeParse(parseJson(bytes));
  return parsed.success
    ? parsed.data.entry.map(({ fullUrl = null, resource, request }) => ({
        fullUrl,
        resource,
        search: request.ifNoneExist ?? searchOf(resource),
      }))
    : null;
}

function searchOf(resource: FhirResource): string | null {
  const identifiers = IdentifiersSchema.safeParse(resource['identifier']);
  const [first] = identifiers.success ? identifiers.data : [];
  // Commas, bars and backslashes within have a meaning (R4, search).
  const escaped = (part: string): string => part.replace(/[\\|,$]/g, '\\$&');
  return first === undefined
    ? null
    : `identifier=${encodeURIComponent(`${escaped(first.system)}|${escaped(first.value)}`)}`;
}

/** @returns whether each of `entries` was taken; null: no answer to a transaction. */
export function readTransactionAnswer(bytes: Buffer, entries: number): boolean | null {
  const parsed = AnswerSchema.safeParse(parseJson(bytes));
  return parsed.success
    ? parsed.data.entry.length === entries &&
        parsed.data.entry.every(({ response }) => response.status.startsWith('2'))
    : null;
}

/** @returns the matches of a search; null: no answer to one. */
export function readMatches(bytes: Buffer): FhirResource[] | null {
  const parsed = SearchSchema.safeParse(parseJson(bytes));
  return parsed.success
    ? parsed.data.entry
        .filter(({ search }) => (search?.mode ?? 'match') === 'match')
        .map(({ resource }) => resource)
    : null;
}

/** @returns the codes of an OperationOutcome, once each; empty: it is none. */
export function issueCodes(bytes: Buffer): string[] {
  const parsed = OutcomeSchema.safeParse(parseJson(bytes));
  return parsed.success ? [...new Set(parsed.data.issue.map(({ code }) => code))] : [];
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
