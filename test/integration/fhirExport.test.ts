import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import { ActSchema, type Patient, SiteSchema } from '../../src/contracts/clinical.ts';
import type { Measurement } from '../../src/contracts/devices.ts';
import type { Result } from '../../src/contracts/faults.ts';
import { MEASUREMENT_NAMES, MEASUREMENTS } from '../../src/contracts/measurements.ts';
import {
  act,
  IDENTITY,
  measurement,
  PATIENT,
  PATIENT_ID,
  stillCapture,
} from '../../src/main/acts/builders.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { type ActBundleOptions, exportActBundle } from '../../src/main/exporter/fhir/actBundle.ts';
import { exportReportBundle } from '../../src/main/exporter/fhir/reportBundle.ts';
import type { FhirDocument } from '../../src/main/exporter/fhir/types.ts';
import type { DocumentContext, Signal } from '../../src/main/exporter/sources.ts';
import { type Resource, schemaErrors } from '../support/fhir/schema.ts';
import { type FhirServer, startFhirServer } from '../support/fhirServer.ts';

const SITE = SiteSchema.parse({
  institution: 'EHPAD « Les Œillets »',
  finess: '750803447',
  stationName: 'CART-1',
});
const PHYSICIAN = {
  role: 'physician',
  familyName: 'Çelik-Ångström',
  givenName: 'Zoé',
  rpps: '10000001379',
} as const;

let server: FhirServer;

beforeEach(async () => {
  server = await startFhirServer();
});

afterEach(() => server.close());

function context(changes: Partial<DocumentContext> = {}): DocumentContext {
  const closed = act({
    physician: PHYSICIAN,
    reason: 'Toux depuis trois jours',
    consent: { given: true, mode: 'oral', at: '2026-11-22T08:01:00Z' },
    ...(changes.patient === undefined ? {} : { patient: changes.patient }),
  });
  return {
    site: SITE,
    patient: PATIENT,
    act: closed,
    objectId: 'f2d4c8a0-5b1e-4a37-9c66-0d8e7b3a1f25',
    software: '0.1.0',
    ...changes,
  };
}

function valueCapture(
  changes: Partial<Measurement>,
  name = JSON.stringify(changes),
): CaptureRecord {
  const value = measurement(changes);
  return {
    ...stillCapture(),
    captureId: uuidOf('test', name),
    content: { kind: 'measurement', takenAt: value.time, value },
    provenance: {
      ...stillCapture().provenance,
      deviceId: value.deviceId,
      identity: value.device,
      browserDevice: null,
    },
    file: null,
  };
}

const ECG_CAPTURE: CaptureRecord = {
  ...valueCapture({}, 'ecg'),
  content: {
    kind: 'ecg',
    takenAt: '2026-11-22T08:08:00Z',
    excerpt: { recordingId: 'r1', streamId: 1, fromMs: 0, toMs: 1_000 },
  },
};

const SIGNAL: Signal = {
  leads: [
    {
      name: 'II',
      code: 'MDC_ECG_LEAD_II',
      derived: false,
      unit: 'uV',
      samples: Float64Array.of(0, -0.04, 12.34, Number.NaN, -1000),
    },
    {
      name: 'aVF',
      code: 'MDC_ECG_LEAD_AVF',
      derived: true,
      unit: 'uV',
      samples: Float64Array.of(1, 2, 3, Number.NaN, 5),
    },
  ],
  rateHz: 250,
  samplesPerLead: 5,
  startedAt: '2026-11-22T08:08:00.000Z',
  gaps: [{ fromSample: 3, samples: 1 }],
};

function made(result: Result<FhirDocument>): { bytes: Uint8Array; resources: Resource[] } {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  const { bytes } = result.value;
  const read = JSON.parse(new TextDecoder().decode(bytes)) as {
    entry: { resource: Resource }[];
  };
  expect(schemaErrors(read)).toEqual([]);
  return { bytes, resources: read.entry.map(({ resource }) => resource) };
}

function bundle(
  captures: readonly CaptureRecord[],
  changes: Partial<DocumentContext> = {},
  options: ActBundleOptions = {},
) {
  return made(exportActBundle(context(changes), captures, options));
}

function only(resources: readonly Resource[], type: string): Resource {
  const [first, second] = resources.filter(({ resourceType }) => resourceType === type);
  expect(second).toBeUndefined();
  return first ?? { resourceType: 'none' };
}

async function post(bytes: Uint8Array): Promise<number> {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: new Uint8Array(bytes),
  });
  return response.status;
}

const FULL: readonly CaptureRecord[] = [
  ...MEASUREMENT_NAMES.map((name) => valueCapture({ name })),
  valueCapture({ name: 'systolicPressure', value: 132, reading: 'r7' }),
  valueCapture({ name: 'diastolicPressure', value: 78, reading: 'r7' }),
  stillCapture(),
  ECG_CAPTURE,
];
const FULL_OPTIONS: ActBundleOptions = {
  signals: new Map([[ECG_CAPTURE.captureId, SIGNAL]]),
  files: new Map([
    [
      stillCapture().captureId,
      {
        dicom: {
          studyUid: '2.25.1',
          sopInstanceUid: '2.25.2',
          sopClassUid: '1.2.840.10008.5.1.4.1.1.77.1.1',
        },
        bytes: 70,
        sha1: 'b'.repeat(40),
      },
    ],
  ]),
};

describe('an act on a FHIR server', () => {
  it('is taken whole, and a second time creates nothing', async () => {
    const { bytes, resources } = bundle(FULL, {}, FULL_OPTIONS);
    expect(await post(bytes)).toBe(200);
    expect(server.resources()).toHaveLength(resources.length);
    expect(await post(bytes)).toBe(200);
    expect(server.resources()).toHaveLength(resources.length);
    expect(server.duplicates()).toEqual([]);
  });

  it('is made again with the same bytes', () => {
    const first = bundle(FULL, {}, FULL_OPTIONS);
    const again = bundle(FULL.toReversed(), {}, FULL_OPTIONS);
    expect(Buffer.from(again.bytes).equals(Buffer.from(first.bytes))).toBe(true);
  });

  it('meets its own encounter and resident when the report comes', async () => {
    expect(await post(bundle(FULL).bytes)).toBe(200);
    const report = made(
      exportReportBundle(context({ objectId: uuidOf('report') }), Buffer.from('%PDF-1.7')),
    );
    expect(await post(report.bytes)).toBe(200);
    const encounters = server.resources('Encounter');
    expect([encounters.length, server.resources('Patient').length]).toEqual([1, 1]);
    expect(server.resources('DiagnosticReport')[0]?.['encounter']).toEqual({
      reference: `Encounter/${encounters[0]?.id}`,
    });
  });

  it('is not made while the act is open, nor of a fictional resident', () => {
    const open = ActSchema.parse({ ...act(), state: 'open', endedAt: null });
    expect(exportActBundle(context({ act: open }), [])).toMatchObject({
      fault: { code: 'ACT_OPEN' },
    });
    const patient: Patient = { ...PATIENT, fictional: true };
    expect(exportActBundle(context({ patient }), [])).toMatchObject({
      fault: { code: 'EXPORT_UNSUPPORTED' },
    });
  });

  it('refuses all of it when one capture is of somebody else', () => {
    const other = { ...stillCapture(), patientId: uuidOf('somebody else') };
    expect(exportActBundle(context(), [...FULL, other])).toMatchObject({
      fault: { code: 'EXPORT_WRONG_PATIENT' },
    });
  });
});

describe('the resident', () => {
  const ins = { matricule: '277010115400329', oid: '1.2.250.1.213.1.4.8' };
  const numbers = (patient: Partial<Patient>) =>
    only(bundle([], { patient: { ...PATIENT, ...patient } }).resources, 'Patient')['identifier'];

  it.each(['PROV', 'RECUP', 'VALI'] as const)('keeps the INS here when %s', (identityStatus) => {
    const patient = { ...PATIENT, ins, identityStatus };
    const { bytes } = bundle([], { patient });
    expect(new TextDecoder().decode(bytes)).not.toContain(ins.matricule);
    const result = exportActBundle(context({ patient }), []);
    expect(result).toMatchObject({ value: { notes: [{ code: 'insWithheld' }] } });
  });

  it('carries the INS with its type and authority when QUAL', () => {
    expect(numbers({ ins, identityStatus: 'QUAL' })).toContainEqual({
      use: 'official',
      type: {
        coding: [
          {
            system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203',
            code: 'INS-NIR',
          },
        ],
      },
      system: 'urn:oid:1.2.250.1.213.1.4.8',
      value: ins.matricule,
    });
  });

  it('keeps a QUAL matricule here without the traits that must go with it', () => {
    expect(JSON.stringify(numbers({ ins, identityStatus: 'QUAL', birthDate: null }))).not.toContain(
      ins.matricule,
    );
  });

  it('is the hospital’s own by its number', async () => {
    const ipp = { system: 'urn:oid:1.2.250.1.999', value: 'IPP|1,2' };
    const theirs = { resourceType: 'Patient', identifier: [ipp], active: true };
    await fetch(`${server.url}/Patient`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(theirs),
    });
    const patient = { ...PATIENT, identifiers: [ipp] };
    expect(await post(bundle([], { patient }).bytes)).toBe(200);
    expect(server.resources('Patient')).toMatchObject([theirs]);
  });

  it('keeps accents, ligatures and long names as they are', async () => {
    const birthName = `Œ${'é'.repeat(98)}ÿ`;
    const patient = { ...PATIENT, birthName, usedName: 'D’Aÿ', givenNames: ['Zoë', 'Anne\u0001'] };
    expect(await post(bundle([], { patient }).bytes)).toBe(200);
    expect(server.resources('Patient')[0]?.['name']).toMatchObject([
      { use: 'official', family: birthName, given: ['Zoë', 'Anne'] },
      { use: 'usual', family: 'D’Aÿ', given: ['Zoë'] },
    ]);
  });
});

describe('values', () => {
  it.each(MEASUREMENT_NAMES)('%s has a code and its unit', (name) => {
    const { resources } = bundle([valueCapture({ name, value: 1.5 })]);
    const observation = only(resources, 'Observation');
    const [part] = (observation['component'] as Resource[] | undefined) ?? [observation];
    const { loinc, mdc, unit } = MEASUREMENTS[name];
    const of = part?.['code'] as { coding: { code: string }[] } | undefined;
    const codes = of?.coding.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining([loinc ?? String(mdc ?? name)]));
    expect(part?.['valueQuantity']).toEqual({
      value: 1.5,
      unit,
      system: 'http://unitsofmeasure.org',
      code: unit,
    });
  });

  it('gives pressures of one reading as one panel, and those of another apart', () => {
    const { resources } = bundle([
      valueCapture({ name: 'diastolicPressure', value: 78, reading: 'a' }),
      valueCapture({ name: 'systolicPressure', value: 132, reading: 'a' }),
      valueCapture({ name: 'cuffPulseRate', value: 70, reading: 'a' }),
      valueCapture({ name: 'systolicPressure', value: 140, reading: 'b' }),
    ]);
    const panels = resources.filter(({ component }) => component !== undefined);
    expect(panels).toHaveLength(2);
    expect(panels[0]).toMatchObject({
      code: { coding: [{ code: '85354-9' }] },
      component: [{ valueQuantity: { value: 132 } }, { valueQuantity: { value: 78 } }],
    });
    expect(panels[1]).toMatchObject({
      component: [
        { valueQuantity: { value: 140 } },
        { dataAbsentReason: { coding: [{ code: 'not-performed' }] } },
      ],
    });
  });

  it('says that the device has none', () => {
    const { resources } = bundle([
      valueCapture({ value: null, quality: 'invalid', flags: ['notAvailable'] }),
    ]);
    const observation = only(resources, 'Observation');
    expect(observation['valueQuantity']).toBeUndefined();
    expect(observation['dataAbsentReason']).toMatchObject({ coding: [{ code: 'unknown' }] });
  });

  it('sends no number that is not valid, and marks one that is doubtful', () => {
    const { resources } = bundle([
      valueCapture({ name: 'spo2', value: 61, quality: 'invalid' }),
      valueCapture({ name: 'bodyTemperature', value: 41, quality: 'questionable' }),
    ]);
    const [spo2, temperature] = resources.filter((one) => one.resourceType === 'Observation');
    expect(JSON.stringify(spo2)).not.toContain('61');
    expect(temperature).toMatchObject({
      valueQuantity: { value: 41 },
      interpretation: [{ coding: [{ code: 'questionable' }] }],
    });
  });

  it('tells a stored value, its hour and the clock that it is of', () => {
    const { resources } = bundle([
      valueCapture({
        origin: 'stored',
        deviceTime: '2026-11-22T09:05:12',
        time: '2026-11-22T08:05:12Z',
      }),
    ]);
    expect(only(resources, 'Observation')).toMatchObject({
      meta: { tag: [{ code: 'stored' }] },
      effectiveDateTime: '2026-11-22T08:05:12.000Z',
      note: [{ text: expect.stringContaining('2026-11-22T09:05:12') }],
    });
  });

  it('names the device that measured it, with its 11073 fields', async () => {
    const device = { ...IDENTITY, firmware: '2.1' };
    await post(bundle([valueCapture({ device })]).bytes);
    const [observation] = server.resources('Observation');
    const held = server.resources('Device').find(({ serialNumber }) => serialNumber === 'SN-0042');
    expect(observation?.['device']).toEqual({ reference: `Device/${held?.id}` });
    expect(held).toMatchObject({
      manufacturer: 'Contec',
      modelNumber: 'CMS50D+',
      type: { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '65573' }] },
      specialization: [{ systemType: { coding: [{ code: '528388' }] } }],
      version: [{ type: { coding: [{ code: '531976' }] }, value: '2.1' }, {}],
    });
  });

  it('keeps values of a device before and after its firmware was changed apart', () => {
    const { resources } = bundle([
      valueCapture({ device: { ...IDENTITY, firmware: '1' } }),
      valueCapture({ device: { ...IDENTITY, firmware: '2' }, name: 'pulseRate' }),
    ]);
    const devices = resources.filter(({ serialNumber }) => serialNumber === 'SN-0042');
    expect(devices).toHaveLength(2);
  });
});

describe('tracings and files', () => {
  it('gives an ECG as SampledData, lost samples as E', () => {
    const { resources } = bundle([ECG_CAPTURE], {}, FULL_OPTIONS);
    const observation = only(resources, 'Observation');
    expect(observation['component']).toMatchObject([
      {
        code: { coding: [{ code: '131330' }], text: 'II' },
        valueSampledData: {
          origin: { value: 0, code: 'uV' },
          period: 4,
          factor: 0.1,
          dimensions: 1,
          data: '0 0 123 E -10000',
        },
      },
      {
        code: { coding: [{ code: '131392' }] },
        interpretation: [{ text: 'dérivation calculée' }],
      },
    ]);
  });

  it('points at the DICOM object and carries the hash of the file', () => {
    const { resources } = bundle([stillCapture()], {}, FULL_OPTIONS);
    expect(only(resources, 'DocumentReference')).toMatchObject({
      identifier: [{}, { system: 'urn:chariot:sha256', value: 'a'.repeat(64) }],
      content: [{ attachment: { contentType: 'application/dicom', url: 'urn:oid:2.25.2' } }],
      context: { related: [{ identifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' } }] },
    });
  });

  it('tells what could not be included', () => {
    const result = exportActBundle(context(), [ECG_CAPTURE]);
    expect(result).toMatchObject({
      value: { notes: [{ code: 'notIncluded', params: { captureId: ECG_CAPTURE.captureId } }] },
    });
  });

  it('sends a correction in the place of what it corrects', () => {
    const correction = {
      ...stillCapture(),
      captureId: uuidOf('new'),
      corrects: stillCapture().captureId,
    };
    const { resources } = bundle([stillCapture(), correction]);
    expect(only(resources, 'DocumentReference')['identifier']).toMatchObject([
      { value: correction.captureId },
      {},
    ]);
  });
});

describe('the report', () => {
  const report = {
    text: 'Bronchite.\nRepos.',
    signedBy: PHYSICIAN,
    signedAt: '2026-11-22T08:19:00Z',
  };
  const pdf = Buffer.from('%PDF-1.7 é');
  const reportOf = (changes: object) =>
    only(
      made(exportReportBundle(context({ act: act({ report, ...changes }) }), pdf)).resources,
      'DiagnosticReport',
    );

  it('is final when signed, and holds the PDF with its hash', () => {
    expect(reportOf({})).toMatchObject({
      status: 'final',
      conclusion: report.text,
      presentedForm: [
        {
          contentType: 'application/pdf',
          data: pdf.toString('base64'),
          hash: createHash('sha1').update(pdf).digest('base64'),
        },
      ],
    });
  });

  it('is preliminary, and of no author, when nobody signed it', () => {
    const unsigned = reportOf({ report: { ...report, signedAt: null } });
    expect(unsigned).toMatchObject({ status: 'preliminary' });
    expect(unsigned['resultsInterpreter']).toBeUndefined();
  });
});

it('names the resident by a mark alone where nothing else is known', () => {
  expect(only(bundle([]).resources, 'Patient')['identifier']).toEqual([
    { use: 'secondary', system: 'urn:chariot:patient', value: PATIENT_ID },
  ]);
});
