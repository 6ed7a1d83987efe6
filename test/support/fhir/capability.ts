import type { Resource } from './schema.ts';

/** What this server can, as `metadata` says it. */
export function capabilityStatement(now: string): Resource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: now,
    kind: 'instance',
    implementation: { description: 'FHIR R4 server of a test kit' },
    software: { name: 'chariot test kit' },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [{ mode: 'server', interaction: [{ code: 'transaction' }] }],
  };
}
