import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import {
  type Act,
  ActSchema,
  type Patient,
  PatientSchema,
  type Site,
  SiteSchema,
} from '../../src/contracts/clinical.ts';
import { exportDicom } from '../../src/main/exporter/dicom/exportDicom.ts';
import type { DicomSource } from '../../src/main/exporter/dicom/types.ts';
import { readDicom } from './dicomRead.ts';
import {
  contextOf,
  ecgSource,
  exported,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
} from './dicomRig.ts';
import { problemsOf } from './dicomStrict.ts';
import {
  dciodvfy,
  dcmdumpComplaints,
  hasDciodvfy,
  hasDcmtk,
  NO_DCIODVFY,
  NO_DCMTK,
} from './dicomTools.ts';

const SMALL = { names: ['II'], samples: 3 };

/** What DICOM, Unicode and systems of others make awkward. */
const AWKWARD = [
  '',
  ' ',
  '\\',
  'a\\b^c=d',
  '^^^',
  '=\u0000=',
  'ligne\r\nsuivante\tet tabulation',
  '\u001b(B échappement',
  '\u0085\u009b\u00a0',
  'é'.repeat(100),
  '😀'.repeat(70),
  '\ud800',
  `${'x'.repeat(63)}😀`,
  'عبد الله',
  '山田^太郎',
  'œ’–…',
  'urn:oid:',
  'urn:oid:1.2.not-an-oid',
  'urn:oid:1.2.250.1.213.1.4.8',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.constantFrom(...AWKWARD),
);
/** Cut as the schemas of Chariot let texts be. */
const textOf = (most: number, least = 0) =>
  anyText.map((text) => text.slice(0, most).padEnd(least, '\\'));

const anyPatient: fc.Arbitrary<Partial<Patient>> = fc.record({
  birthName: textOf(100, 1).map((name) => `${name}x`.slice(-100)),
  usedName: fc.option(textOf(100), { nil: null }),
  givenNames: fc.array(textOf(100, 1), { minLength: 1, maxLength: 6 }),
  birthDate: fc.constantFrom(null, '1000-01-01', '1938-02-28', '2026-07-14', '2026-07-15'),
  identifiers: fc.array(fc.record({ system: textOf(200, 1), value: textOf(64, 1) }), {
    maxLength: 3,
  }),
});
const anySite: fc.Arbitrary<Partial<Site>> = fc.record({
  uidRoot: fc.constantFrom('', '1.2.826.0.1.3680043.10.9', '1.2.250.1.213'),
  institution: textOf(64),
  department: textOf(64),
  stationName: textOf(16),
  patientSystem: textOf(200, 1),
});
const anyProfessional = fc.option(
  fc.record({
    role: fc.constantFrom('nurse' as const, 'physician' as const),
    familyName: textOf(100, 1),
    givenName: textOf(100),
    rpps: fc.constant(null),
  }),
);
const anyAct: fc.Arbitrary<Partial<Act>> = fc.record({
  reason: textOf(500),
  operator: anyProfessional,
  physician: anyProfessional,
});

type Words = {
  readonly device: readonly [string, string, string, string];
  readonly label: string;
  readonly site: { readonly code: string; readonly display: string } | null;
  readonly lead: string;
  readonly title: string;
};
const anyWords: fc.Arbitrary<Words> = fc.record({
  device: fc.tuple(anyText, anyText, anyText, anyText),
  label: textOf(200),
  site: fc.option(fc.record({ code: textOf(18, 1), display: textOf(64, 1) })),
  lead: anyText,
  title: anyText,
});

function worded(capture: CaptureRecord, { device, label, site }: Words): CaptureRecord {
  const [manufacturer, model, serialNumber, firmware] = device;
  const { identity, browserDevice } = capture.provenance;
  return {
    ...capture,
    bodySite: site === null ? null : { ...site, laterality: 'left' },
    provenance: {
      ...capture.provenance,
      operator: null,
      identity: identity && { ...identity, manufacturer, model, serialNumber, firmware },
      browserDevice: browserDevice && { ...browserDevice, label },
    },
  };
}

function sourcesOf(words: Words): readonly DicomSource[] {
  const ecg = ecgSource(SMALL);
  const leads = ecg.signal.leads.map((lead) => ({ ...lead, name: words.lead, code: words.lead }));
  const pictures = (['otoscope', 'dermatoscope', 'other'] as const).map((purpose) =>
    pictureSource(purpose, pictureOf(1, 1)),
  );
  const sound = soundSource({ rateHz: 8000, samples: new Float32Array(3) });
  return [
    { ...ecg, capture: worded(ecg.capture, words), signal: { ...ecg.signal, leads } },
    ...pictures.map((source) => ({ ...source, capture: worded(source.capture, words) })),
    { ...sound, capture: worded(sound.capture, words) },
    { ...pdfSource(), title: words.title, concept: { code: '11488-4', display: words.title } },
  ];
}

/** It counts bytes of UTF-8, where PS3.5 6.2 counts characters, as the strict reader does. */
const BYTES_COUNTED = /Length invalid for this VR = <\d+> - expected <= (16|64|1024)/;

const anything = fc.record({ patient: anyPatient, site: anySite, act: anyAct, words: anyWords });

describe('any text in any field', () => {
  it('gives a file that breaks no rule of PS3.5 and that dicom-parser reads', () => {
    fc.assert(
      fc.property(anything, ({ words, ...over }) => {
        const context = contextOf(over);
        // The rig's inputs are those that Chariot's own schemas let through.
        PatientSchema.parse(context.patient);
        SiteSchema.parse(context.site);
        ActSchema.parse(context.act);
        for (const source of sourcesOf(words)) {
          const result = exportDicom(source, context);
          expect(result.ok ? problemsOf(result.value.bytes) : result.fault.code).toEqual([]);
          if (result.ok) {
            expect(readDicom(result.value.bytes).text('PatientName')).not.toBe('');
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it.skipIf(!hasDcmtk || !hasDciodvfy)(
    `gives a file without an error for dcmdump and dciodvfy (${NO_DCMTK}, ${NO_DCIODVFY})`,
    () => {
      fc.assert(
        fc.property(anything, fc.constantFrom(0, 1, 2, 3, 5), ({ words, ...over }, kind) => {
          const source = sourcesOf(words)[kind] ?? pdfSource();
          const { bytes } = exported(source, contextOf(over));
          expect(dcmdumpComplaints(bytes)).toBe('');
          const errors = dciodvfy(bytes).errors.filter((error) => !BYTES_COUNTED.test(error));
          expect(errors).toEqual([]);
        }),
        // Each shrinking would start two more programs.
        { numRuns: 30, endOnFailure: true },
      );
    },
    60_000,
  );
});

describe('names', () => {
  const nameOf = (patient: Partial<Patient>) => {
    const { bytes, notes } = exported(ecgSource(SMALL), contextOf({ patient }));
    return { name: readDicom(bytes).text('PatientName'), notes: notes.slice(1) };
  };

  it('of 64 characters stand whole, accents count as one', () => {
    const birthName = 'É'.repeat(57);
    expect(nameOf({ birthName, givenNames: ['Hélène'] })).toEqual({
      name: `${birthName}^Hélène`,
      notes: [],
    });
  });

  it('leave the last middle names out before anything is cut', () => {
    const birthName = 'DE LA TOUR';
    const givenNames = ['Anne', 'Marie-Madeleine', 'Élisabeth-Charlotte', 'Philippine-Catherine'];
    expect(nameOf({ birthName, givenNames })).toEqual({
      name: 'DE LA TOUR^Anne^Marie-Madeleine Élisabeth-Charlotte',
      notes: [{ code: 'namesLeftOut', params: { names: 1 } }],
    });
  });

  it('are cut only where family and given name alone are too long, and that is said', () => {
    expect(nameOf({ birthName: 'N'.repeat(64), givenNames: ['Zoé'] })).toEqual({
      name: 'N'.repeat(64),
      notes: [{ code: 'textShortened', params: { attribute: 'PatientName', characters: 68 } }],
    });
  });

  it('lose what DICOM divides names by', () => {
    const given = { birthName: 'A^B=C\\D', givenNames: ['E\u0000F'] };
    expect(nameOf(given).name).toBe('A B C D^E F');
  });

  it('that are blank are no identity', () => {
    const context = contextOf({ patient: { birthName: ' ' } });
    const result = exportDicom(ecgSource(SMALL), context);
    expect(result).toMatchObject({ ok: false, fault: { code: 'EXPORT_IDENTITY_MISSING' } });
  });
});

describe('character sets', () => {
  it.each([
    ['Dyspnée', 'ISO_IR 100'],
    ['Dyspnée à l’effort', 'ISO_IR 192'],
    ['Cœur', 'ISO_IR 192'],
  ])('%s is written in %s', (reason, set) => {
    const { bytes } = exported(ecgSource(SMALL), contextOf({ act: { reason } }));
    const object = readDicom(bytes);
    expect(object.text('SpecificCharacterSet')).toBe(set);
    expect(object.text('ReasonForVisit')).toBe(reason);
    expect(object.text('StudyDescription')).toBe('Téléconsultation assistée');
  });

  it.each([1, 2, 63, 64])('a text of %i characters stands whole', (length) => {
    const institution = 'é'.repeat(length);
    const { bytes, notes } = exported(ecgSource(SMALL), contextOf({ site: { institution } }));
    expect(readDicom(bytes).text('InstitutionName')).toBe(institution);
    expect(notes.filter(({ code }) => code === 'textShortened')).toEqual([]);
  });

  it('an empty value is absent, or empty where the standard wants the attribute', () => {
    const { bytes } = exported(
      ecgSource(SMALL),
      contextOf({
        site: { institution: '', department: '' },
        patient: { birthDate: null, sex: 'unknown' },
      }),
    );
    const object = readDicom(bytes);
    expect(object.has('InstitutionName')).toBe(false);
    for (const keyword of ['PatientBirthDate', 'PatientSex', 'AccessionNumber'] as const) {
      expect([object.has(keyword), object.text(keyword)]).toEqual([true, '']);
    }
  });
});
