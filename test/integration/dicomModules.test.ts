import dcmjs from 'dcmjs';
import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import { ATTRIBUTES } from '../../src/main/exporter/dicom/attributes.ts';
import { exportDicom } from '../../src/main/exporter/dicom/exportDicom.ts';
import type { DicomSource } from '../../src/main/exporter/dicom/types.ts';
import { type ReadSet, readDicom } from './dicomRead.ts';
import {
  contextOf,
  ecgSource,
  exported,
  PATIENT,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
} from './dicomRig.ts';

const SMALL = { names: ['II'], samples: 3 };
const INS = { matricule: '238037512345678', oid: '1.2.250.1.213.1.4.8' };
const EAR = { code: '84301002', display: 'External auditory canal' } as const;

const readOf = (source: DicomSource, over: Parameters<typeof contextOf>[0] = {}): ReadSet =>
  readDicom(exported(source, contextOf(over)).bytes);

it('attributes are those of the dictionary of dcmjs', () => {
  for (const [keyword, [tag, vr]] of Object.entries(ATTRIBUTES)) {
    const entry = dcmjs.data.DicomMetaDictionary.nameMap[keyword];
    const digits = tag.toString(16).padStart(8, '0').toUpperCase();
    expect(entry?.tag).toBe(`(${digits.slice(0, 4)},${digits.slice(4)})`);
    // `ox` is OB or OW, as the data are.
    expect([vr, 'ox']).toContain(entry?.vr);
  }
});

describe('the person', () => {
  it('has name, identifiers with their issuers, sex, birth date and age', () => {
    const object = readOf(ecgSource(SMALL));
    expect(object.text('PatientName')).toBe('LEFÈVRE^Hélène^Marie');
    expect(object.text('PatientID')).toBe('IPP-004217');
    const [issuer] = object.items('IssuerOfPatientIDQualifiersSequence');
    expect(issuer?.text('UniversalEntityID')).toBe('1.2.250.1.71.4.2.2.1');
    expect(issuer?.text('UniversalEntityIDType')).toBe('ISO');
    expect(object.text('PatientSex')).toBe('F');
    expect(object.text('PatientBirthDate')).toBe('19380304');
    expect(object.text('PatientAge')).toBe('088Y');
    const [own] = object.items('OtherPatientIDsSequence');
    expect(own?.text('PatientID')).toBe(PATIENT.patientId);
    expect(own?.text('TypeOfPatientID')).toBe('TEXT');
  });

  it.each([
    ['QUAL', ['238037512345678', PATIENT.patientId]],
    ['VALI', [PATIENT.patientId]],
    ['RECUP', [PATIENT.patientId]],
    ['PROV', [PATIENT.patientId]],
  ] as const)(
    'gives the INS of an identity %s only where it is qualified',
    (identityStatus, ids) => {
      const object = readOf(ecgSource(SMALL), { patient: { ins: INS, identityStatus } });
      const others = object.items('OtherPatientIDsSequence').map((item) => item.text('PatientID'));
      expect(others).toEqual(ids);
    },
  );

  it('is named as used beside the name of birth', () => {
    const object = readOf(ecgSource(SMALL), { patient: { usedName: 'MARTIN' } });
    expect(object.text('OtherPatientNames')).toBe('MARTIN^Hélène');
  });

  it('is known to the site alone where nobody gave an identifier', () => {
    const object = readOf(ecgSource(SMALL), { patient: { identifiers: [] } });
    expect(object.text('PatientID')).toBe(PATIENT.patientId);
    expect(object.has('OtherPatientIDsSequence')).toBe(false);
    const [issuer] = object.items('IssuerOfPatientIDQualifiersSequence');
    expect(issuer?.text('UniversalEntityID')).toBe('urn:chariot:patient');
    expect(issuer?.text('UniversalEntityIDType')).toBe('URI');
  });

  it('is never somebody else', () => {
    const other = '11111111-2222-4333-8444-555555555555';
    const source = ecgSource(SMALL);
    const { capture } = source;
    const wrong: readonly Partial<CaptureRecord>[] = [
      { patientId: other },
      { actId: other },
      { provenance: { ...capture.provenance, binding: other } },
    ];
    for (const over of wrong) {
      const result = exportDicom({ ...source, capture: { ...capture, ...over } }, contextOf());
      expect(result).toMatchObject({ ok: false, fault: { code: 'EXPORT_WRONG_PATIENT' } });
    }
    const context = { ...contextOf(), patient: { ...PATIENT, patientId: other } };
    expect(exportDicom(pdfSource(), context)).toMatchObject({
      ok: false,
      fault: { code: 'EXPORT_WRONG_PATIENT' },
    });
  });
});

describe('the device', () => {
  it('has its maker, model, serial number and firmware beside Chariot’s version', () => {
    const object = readOf(ecgSource(SMALL));
    expect(object.text('Manufacturer')).toBe('OpenBCI');
    expect(object.text('ManufacturerModelName')).toBe('Cyton');
    expect(object.text('DeviceSerialNumber')).toBe('DM00Q1');
    expect(object.text('SoftwareVersions')).toBe('v3.1.2\\Chariot 0.1.0');
    expect(object.text('StationName')).toBe('CHARIOT');
    expect(object.text('InstitutionName')).toBe('EHPAD Les Tilleuls');
    expect(object.text('OperatorsName')).toBe('Noël^Agnès');
  });

  it('without a serial number says so where the class wants one, and in the notes', () => {
    const { bytes, notes } = exported(pictureSource('dermatoscope'));
    expect(readDicom(bytes).text('DeviceSerialNumber')).toBe('UNKNOWN');
    const params = { model: 'Caméra USB (f007:b999)' };
    expect(notes).toEqual([{ code: 'serialUnknown', params }]);
    expect(readOf(pictureSource('other')).has('DeviceSerialNumber')).toBe(false);
  });

  it('that failed its calibration has no calibrated channel', () => {
    const source = ecgSource(SMALL);
    const statusOf = (state: 'failed' | 'valid'): string | undefined => {
      const calibration = { state, dueDate: null };
      const provenance = { ...source.capture.provenance, calibration };
      const object = readOf({ ...source, capture: { ...source.capture, provenance } });
      const [group] = object.items('WaveformSequence');
      return group?.items('ChannelDefinitionSequence')[0]?.text('ChannelStatus');
    };
    expect(statusOf('failed')).toBe('UNCALIBRATED');
    expect(statusOf('valid')).toBe('');
  });
});

describe('what was looked at', () => {
  it.each([
    ['left', 'L'],
    ['right', 'R'],
    ['bilateral', 'B'],
    ['unpaired', 'U'],
  ] as const)('a picture of the %s side is %s, its region coded', (laterality, coded) => {
    const object = readOf(pictureSource('otoscope', pictureOf(2, 2), { ...EAR, laterality }));
    expect(object.text('ImageLaterality')).toBe(coded);
    const [region] = object.items('AnatomicRegionSequence');
    expect(region?.text('CodeValue')).toBe('84301002');
    expect(region?.text('CodingSchemeDesignator')).toBe('SCT');
    expect(region?.text('CodeMeaning')).toBe('External auditory canal');
  });

  it('a code of a national extension is a long one', () => {
    const site = { code: '999000191000000103', display: 'Région', laterality: null };
    const [region] = readOf(pictureSource('other', pictureOf(2, 2), site)).items(
      'AnatomicRegionSequence',
    );
    expect(region?.text('LongCodeValue')).toBe('999000191000000103');
    expect(region?.has('CodeValue')).toBe(false);
  });

  it('a sound of the heart is a phonocardiogram, with place and side', () => {
    const heart = { code: '80891009', display: 'Heart', laterality: 'left' } as const;
    const [group] = readOf(soundSource(undefined, heart)).items('WaveformSequence');
    const [channel] = group?.items('ChannelDefinitionSequence') ?? [];
    expect(channel?.items('ChannelSourceSequence')[0]?.text('CodeMeaning')).toBe('Phonocardiogram');
    const modifiers = channel?.items('ChannelSourceModifiersSequence') ?? [];
    expect(modifiers.map((item) => item.text('CodeMeaning'))).toEqual(['Heart', 'Left']);
  });

  it.each([
    [{ rateHz: 48_000, samples: new Float32Array(4800) }, 24_000, 2400],
    [{ rateHz: 44_100, samples: new Float32Array(441) }, 44_100, 441],
    [{ rateHz: 8000, samples: new Float32Array(80) }, 8000, 80],
  ] as const)('a sound above 44.1 kHz is resampled: %o', (sound, rateHz, samples) => {
    const [group] = readOf(soundSource(sound)).items('WaveformSequence');
    expect(group?.numbers('SamplingFrequency')).toEqual([rateHz]);
    expect(group?.numbers('NumberOfWaveformSamples')).toEqual([samples]);
  });

  it('every object has an acquisition context or needs none', () => {
    for (const source of [ecgSource(SMALL), soundSource(), pictureSource('other')]) {
      expect(readOf(source).has('AcquisitionContextSequence')).toBe(true);
    }
    expect(readOf(pdfSource()).has('AcquisitionContextSequence')).toBe(false);
  });
});

describe('times', () => {
  it('are local, with one offset that the object tells', () => {
    const object = readOf(ecgSource(SMALL));
    expect(object.text('TimezoneOffsetFromUTC')).toBe('+0200');
    expect(object.text('StudyDate')).toBe('20260715');
    expect(object.text('StudyTime')).toBe('003005.000');
    expect(object.text('AcquisitionDateTime')).toBe('20260715004010.125+0200');
  });

  it.each([
    ['2026-01-15T12:00:00.000Z', 'Europe/Paris', '+0100'],
    ['2026-07-15T12:00:00.000Z', 'America/Cayenne', '-0300'],
    ['2026-07-15T12:00:00.000Z', 'Pacific/Marquesas', '-0930'],
    ['2026-07-15T12:00:00.000Z', 'UTC', '+0000'],
  ])('%s in %s is %s', (startedAt, timeZone, offset) => {
    const { bytes } = exported(pdfSource(), contextOf({ act: { startedAt } }), { timeZone });
    expect(readDicom(bytes).text('TimezoneOffsetFromUTC')).toBe(offset);
  });
});

describe('UIDs', () => {
  const ROOT = '1.2.826.0.1.3680043.10.9';
  const idsOf = (source: DicomSource, over: Parameters<typeof contextOf>[0] = {}) => {
    const { sopInstanceUid, studyInstanceUid, seriesInstanceUid } = exported(
      source,
      contextOf(over),
    );
    return { sopInstanceUid, studyInstanceUid, seriesInstanceUid };
  };

  it('lie under the root that the site configures, at most 64 characters', () => {
    for (const [uidRoot, start] of [
      [ROOT, `${ROOT}.`],
      ['', '2.25.'],
    ] as const) {
      for (const uid of Object.values(idsOf(pdfSource(), { site: { uidRoot } }))) {
        expect(uid.startsWith(start)).toBe(true);
        expect(uid.length).toBeLessThanOrEqual(64);
        expect(uid).toMatch(/^(\d|[1-9]\d+)(\.(\d|[1-9]\d+))+$/);
      }
    }
    expect(ROOT).toHaveLength(24);
  });

  it('are the same at every attempt, also when a text was corrected meanwhile', () => {
    const once = idsOf(ecgSource(SMALL));
    expect(idsOf(ecgSource(SMALL), { act: { reason: 'autre' } })).toEqual(once);
    expect(idsOf(ecgSource(SMALL), { patient: { birthName: 'LEFEVRE' } })).toEqual(once);
  });

  it('tell objects, series and studies apart', () => {
    const objectId = '99999999-7a51-4a3f-9f6e-3f6a0c5d2e11';
    const actId = '88888888-43a5-4e4c-8d8a-1a2b3c4d5e6f';
    const one = idsOf(pdfSource());
    const sameAct = idsOf(pdfSource(), { objectId });
    expect(sameAct.sopInstanceUid).not.toBe(one.sopInstanceUid);
    expect(sameAct.seriesInstanceUid).toBe(one.seriesInstanceUid);
    const otherDevice = idsOf(pictureSource('other'), { objectId });
    expect(otherDevice.seriesInstanceUid).not.toBe(one.seriesInstanceUid);
    expect(otherDevice.studyInstanceUid).toBe(one.studyInstanceUid);
    expect(idsOf(pdfSource(), { act: { actId } }).studyInstanceUid).not.toBe(one.studyInstanceUid);
  });

  it('of the file are those of the data set', () => {
    const { bytes, sopInstanceUid, sopClassUid } = exported(ecgSource(SMALL));
    const object = readDicom(bytes);
    expect(object.text('MediaStorageSOPInstanceUID')).toBe(sopInstanceUid);
    expect(object.text('SOPInstanceUID')).toBe(sopInstanceUid);
    expect(object.text('MediaStorageSOPClassUID')).toBe(sopClassUid);
    expect(object.text('SOPClassUID')).toBe(sopClassUid);
  });
});

describe('a source that is none', () => {
  const { capture: soundCapture } = soundSource();
  it.each([
    [
      'a document that is no PDF',
      { ...pdfSource(), pdf: Buffer.from('<html>') },
      'EXPORT_SOURCE_DAMAGED',
    ],
    ['an empty document', { ...pdfSource(), pdf: new Uint8Array() }, 'EXPORT_SOURCE_DAMAGED'],
    [
      'a picture with too few pixels',
      pictureSource('other', { ...pictureOf(4, 4), heightPx: 5 }),
      'EXPORT_SOURCE_DAMAGED',
    ],
    [
      'a picture without a side',
      pictureSource('other', { widthPx: 0, heightPx: 4, rgb: new Uint8Array() }),
      'EXPORT_SOURCE_DAMAGED',
    ],
    [
      'a sound without a sample',
      soundSource({ rateHz: 8000, samples: new Float32Array() }),
      'EXPORT_NO_SIGNAL',
    ],
    [
      'a picture of a capture that is a sound',
      { ...pictureSource('other'), capture: soundCapture },
      'EXPORT_UNSUPPORTED',
    ],
  ] as const)('%s', (_, source, code) => {
    expect(exportDicom(source as DicomSource, contextOf())).toMatchObject({
      ok: false,
      fault: { code },
    });
  });
});
