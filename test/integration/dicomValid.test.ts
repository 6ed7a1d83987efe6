import { describe, expect, it } from 'vitest';
import type { DicomOptions, DicomSource } from '../../src/main/exporter/dicom/types.ts';
import {
  contextOf,
  ecgSource,
  exported,
  OBJECT_ID,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
} from './dicomRig.ts';
import {
  asClass,
  dciodvfy,
  dcmdumpComplaints,
  hasDciodvfy,
  hasDcmtk,
  NO_DCIODVFY,
  NO_DCMTK,
  NO_VENDOR_FILE,
  vendorFile,
} from './dicomTools.ts';

const CANAL = { code: '84301002', display: 'External auditory canal', laterality: 'left' } as const;
const FOREARM = { code: '14975008', display: 'Forearm', laterality: 'right' } as const;
const HEART = { code: '80891009', display: 'Heart', laterality: null } as const;
const BACK = { code: '77568009', display: 'Back', laterality: 'unpaired' } as const;
const LOST = [
  { fromSample: 100, samples: 20 },
  { fromSample: 4000, samples: 1 },
];

type Case = {
  readonly name: string;
  /** As dciodvfy names it. */
  readonly iod: string;
  readonly source: DicomSource;
  readonly options?: DicomOptions;
};

/** Classes that dciodvfy of Debian 12 knows. */
const KNOWN: readonly Case[] = [
  { name: '12-Lead ECG', iod: 'TwelveLeadECG', source: ecgSource() },
  {
    name: '12-Lead ECG with lost samples',
    iod: 'TwelveLeadECG',
    source: ecgSource({ lost: LOST }),
  },
  { name: '12-Lead ECG from 2000 Hz', iod: 'TwelveLeadECG', source: ecgSource({ rateHz: 2000 }) },
  { name: '12-Lead ECG from 125 Hz', iod: 'TwelveLeadECG', source: ecgSource({ rateHz: 125 }) },
  {
    name: '12-Lead ECG on an electrode offset',
    iod: 'TwelveLeadECG',
    source: ecgSource({ scale: 0.02235174, offset: 4_000_000 }),
  },
  { name: 'General ECG', iod: 'GeneralECG', source: ecgSource({ names: ['I', 'II', 'V1'] }) },
  {
    name: 'General ECG, 20 000 samples',
    iod: 'GeneralECG',
    source: ecgSource({ samples: 20_000 }),
  },
  {
    name: 'otoscopy',
    iod: 'VLEndoscopicImage',
    source: pictureSource('otoscope', pictureOf(33, 17), CANAL),
  },
  {
    name: 'photograph',
    iod: 'VLPhotographicImage',
    source: pictureSource('other', pictureOf(8, 8), FOREARM),
  },
  {
    name: 'photograph of nobody knows what',
    iod: 'VLPhotographicImage',
    source: pictureSource('other'),
  },
  {
    name: 'dermoscopy',
    iod: 'DermoscopicPhotographyImage',
    source: pictureSource('dermatoscope', pictureOf(5, 3), FOREARM),
  },
  {
    name: 'dermoscopy, site unknown',
    iod: 'DermoscopicPhotographyImage',
    source: pictureSource('dermatoscope'),
  },
  { name: 'report', iod: 'EncapsulatedPDF', source: pdfSource() },
];

/**
 * Classes younger than dciodvfy of Debian 12: it is shown the same data set under an older class
 * with the same modules. What it then says against the older class's own limits is listed.
 */
const UNKNOWN: readonly (Case & {
  readonly from: string;
  readonly as: string;
  readonly errors: readonly RegExp[];
})[] = [
  {
    name: 'General 32-bit ECG',
    iod: 'GeneralECG',
    source: ecgSource({ lost: LOST }),
    options: { lossless: true },
    from: '1.2.840.10008.5.1.4.1.1.9.1.4',
    as: '1.2.840.10008.5.1.4.1.1.9.1.2',
    // General ECG has 16 bits; 32 are the reason of the other class.
    errors: [
      /WaveformBitsAllocated.*Unrecognized enumerated value = <0x20>/,
      /WaveformSampleInterpretation.*Unrecognized enumerated value = <SL>/,
    ],
  },
  ...[null, HEART, BACK].map((bodySite) => ({
    name: `General Audio, ${bodySite?.display ?? 'place not told'}`,
    iod: 'BasicVoice',
    source: soundSource(undefined, bodySite),
    from: '1.2.840.10008.5.1.4.1.1.9.4.2',
    as: '1.2.840.10008.5.1.4.1.1.9.4.1',
    errors: [],
  })),
];

/** Warnings that dciodvfy gives Chariot's objects, and why they stay. */
const WARNINGS = [
  // DMS came with the class of dermoscopy, which this dciodvfy knows but for its modality.
  /Modality.*Unrecognized defined term = <DMS>/,
  // Nobody told what the picture shows: then empty is what the standard wants.
  /Laterality.*is only permitted to be empty when actually unknown/,
];

describe('DICOM objects of every kind', () => {
  it.skipIf(!hasDcmtk).each([...KNOWN, ...UNKNOWN])(
    `$name is read by dcmdump without a complaint (${NO_DCMTK})`,
    ({ source, options }) => {
      expect(dcmdumpComplaints(exported(source, contextOf(), options).bytes)).toBe('');
    },
  );

  it.skipIf(!hasDciodvfy).each(KNOWN)(
    `$name has no error for dciodvfy (${NO_DCIODVFY})`,
    ({ source, options, iod }) => {
      const verdict = dciodvfy(exported(source, contextOf(), options).bytes);
      expect(verdict).toMatchObject({ iod, errors: [] });
      expect(
        verdict.warnings.filter((line) => !WARNINGS.some((known) => known.test(line))),
      ).toEqual([]);
    },
  );

  it.skipIf(!hasDciodvfy).each(UNKNOWN)(
    `$name has no error for dciodvfy under an older class (${NO_DCIODVFY})`,
    ({ source, options, iod, from, as, errors }) => {
      const { bytes, sopClassUid } = exported(source, contextOf(), options);
      expect(sopClassUid).toBe(from);
      expect(dciodvfy(bytes).errors).toEqual(['Error - Information Object Not found']);
      const verdict = dciodvfy(asClass(bytes, from, as));
      expect(verdict.iod).toBe(iod);
      expect(verdict.errors).toHaveLength(errors.length);
      for (const error of errors) {
        expect(verdict.errors).toContainEqual(expect.stringMatching(error));
      }
      expect(verdict.warnings).toEqual([]);
    },
  );
});

describe('the judges', () => {
  it.skipIf(!hasDciodvfy || vendorFile() === null)(
    `find more in a genuine file than in Chariot's (${NO_DCIODVFY}, ${NO_VENDOR_FILE})`,
    () => {
      const { iod, errors } = dciodvfy(vendorFile() ?? new Uint8Array());
      expect(iod).toBe('TwelveLeadECG');
      // Laterality and two Multiplex Group Time Offsets that should not be there.
      expect(errors).toHaveLength(3);
    },
  );

  it.skipIf(!hasDciodvfy)(`find a missing module (${NO_DCIODVFY})`, () => {
    const { bytes } = exported(pictureSource('other', pictureOf(8, 8), FOREARM));
    const wrong = asClass(
      bytes,
      '1.2.840.10008.5.1.4.1.1.77.1.4',
      '1.2.840.10008.5.1.4.1.1.77.1.7',
    );
    expect(dciodvfy(wrong).errors).toContainEqual(expect.stringMatching(/FrameOfReferenceUID/));
  });

  it.skipIf(!hasDcmtk)(`find a wrong length (${NO_DCMTK})`, () => {
    const { bytes } = exported(ecgSource({ names: ['II'], samples: 100 }));
    expect(dcmdumpComplaints(bytes.subarray(0, bytes.length - 3))).not.toBe('');
  });
});

it('takes the same input for the same bytes', () => {
  for (const { source, options } of [...KNOWN, ...UNKNOWN]) {
    const once = exported(source, contextOf({ objectId: OBJECT_ID }), options);
    const again = exported(structuredClone(source), contextOf({ objectId: OBJECT_ID }), options);
    expect(Buffer.compare(once.bytes, again.bytes)).toBe(0);
  }
});
