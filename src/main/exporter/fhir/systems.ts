/** URIs of what identifiers and codes are from. */
export const SYSTEM = {
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  snomed: 'http://snomed.info/sct',
  /** ISO/IEEE 11073-10101 nomenclature, as HL7's PHD guide writes it. */
  mdc: 'urn:iso:std:iso:11073:10101',
  uri: 'urn:ietf:rfc:3986',
  dicomUid: 'urn:dicom:uid',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  dataOperation: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
  provenanceAgent: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  dataAbsent: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  consentScope: 'http://terminology.hl7.org/CodeSystem/consentscope',
  identifierType: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  /** FR Core 2.x: identifier types, RPPS, FINESS. */
  frIdentifierType: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203',
  rpps: 'https://rpps.esante.gouv.fr',
  finess: 'https://finess.esante.gouv.fr',
  /** FR Core 2.2.0: PROV, RECUP, VALI, QUAL. */
  frIdentityStatus: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445',
  /** Chariot's own: what it numbers, and words that no public list has. */
  act: 'urn:chariot:act',
  capture: 'urn:chariot:capture',
  consent: 'urn:chariot:consent',
  consentMode: 'urn:chariot:consent-mode',
  device: 'urn:chariot:device',
  measurement: 'urn:chariot:measurement',
  object: 'urn:chariot:object',
  origin: 'urn:chariot:origin',
  quality: 'urn:chariot:quality',
  report: 'urn:chariot:report',
  sha256: 'urn:chariot:sha256',
} as const;

export const EXTENSION = {
  identityReliability:
    'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability',
  birthGivenNames:
    'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name',
} as const;
