import { describe, expect, it } from 'vitest';
import { parseDicomEcg } from '../../src/devices/file.import/dicom/parseDicomEcg.ts';
import { imported, valuesOf } from '../captures/file.import/support.ts';
import { readDicom, waveformCounts, waveformValues } from './dicomRead.ts';
import {
  contextOf,
  countsOf,
  type EcgSpec,
  ecgSource,
  exported,
  pdfSource,
  pictureOf,
  pictureSource,
  soundSource,
  TWELVE,
} from './dicomRig.ts';
import {
  biosigSignal,
  dcmdumpName,
  dcmtkPixels,
  hasBiosig,
  hasDcmtk,
  NO_BIOSIG,
  NO_DCMTK,
  NO_VENDOR_FILE,
  vendorFile,
} from './dicomTools.ts';

const FIFTEEN = [...TWELVE, 'V7', 'V8', 'V9'];

/** Names of leads as the rig's own counts make them: what a reader has to find. */
function truth(spec: Pick<EcgSpec, 'names' | 'samples' | 'rateHz'>): Int32Array[] {
  return spec.names.map((_, lead) => countsOf(lead, spec.samples, spec.rateHz));
}

describe('an independent reader (biosig)', () => {
  it.skipIf(!hasBiosig).each([
    ['12 leads of 500 Hz', { names: TWELVE, samples: 5000, rateHz: 500 }, 16],
    ['one lead of 250 Hz', { names: ['II'], samples: 251, rateHz: 250 }, 16],
    ['15 leads of 1000 Hz', { names: FIFTEEN, samples: 999, rateHz: 1000 }, 16],
    ['12 leads of 2000 Hz as they are', { names: TWELVE, samples: 2000, rateHz: 2000 }, 32],
  ] as const)(`gives the same samples: %s (${NO_BIOSIG})`, (_, spec, bits) => {
    const { bytes } = exported(ecgSource(spec), contextOf(), { lossless: bits === 32 });
    const read = biosigSignal(bytes, bits);
    expect(read.labels).toEqual(spec.names);
    expect(read.rateHz).toBe(spec.rateHz);
    expect(read.units).toEqual(spec.names.map(() => 'uV'));
    expect(read.scales).toEqual(spec.names.map(() => 2.44));
    expect(read.offsets).toEqual(spec.names.map(() => 0));
    expect(read.counts.map((counts) => [...counts])).toEqual(
      truth(spec).map((counts) => [...counts]),
    );
  });

  it.skipIf(!hasBiosig)(`gives the same values on an electrode offset (${NO_BIOSIG})`, () => {
    const spec = { names: ['I', 'II'], samples: 500, rateHz: 500, scale: 0.02235174 };
    const { bytes, notes } = exported(ecgSource({ ...spec, offset: 4_000_000 }));
    expect(notes.map(({ code }) => code)).toEqual(['generalEcg', 'baseline']);
    const { counts, scales } = biosigSignal(bytes, 16);
    const read = waveformCounts(readDicom(bytes));
    expect(counts.map((channel) => [...channel])).toEqual(read.map((channel) => [...channel]));
    expect(scales.every((scale) => Math.abs(scale - spec.scale) < 1e-7)).toBe(true);
  });
});

it.skipIf(!hasBiosig || vendorFile() === null)(
  `a genuine ECG, exported again, has the values that it had (${NO_BIOSIG}, ${NO_VENDOR_FILE})`,
  () => {
    const [stream] = imported(parseDicomEcg(vendorFile() ?? new Uint8Array())).streams;
    const channels = stream?.channels ?? [];
    const source = ecgSource({ samples: 1 });
    const leads = source.signal.leads.map((lead, index) => {
      const channel = channels[index];
      const samples = Float64Array.from(channel === undefined ? [] : valuesOf(channel));
      return { ...lead, name: channel?.name ?? '', code: '', samples };
    });
    const rateHz = stream?.rateHz ?? 0;
    const signal = { ...source.signal, leads, rateHz, samplesPerLead: 10_000 };
    const { bytes, notes, sopClassUid } = exported({ ...source, signal });
    expect(sopClassUid).toBe('1.2.840.10008.5.1.4.1.1.9.1.1');
    expect(notes).toEqual([]);
    const read = biosigSignal(bytes, 16);
    expect(read.labels).toEqual(channels.map(({ name }) => name));
    // Its leads from V1 on have steps of 6.25 uV, whatever it says: values are compared.
    const values = read.counts.map((counts, lead) =>
      Array.from(counts, (count) => count * (read.scales[lead] ?? Number.NaN)),
    );
    expect(values).toEqual(channels.map(valuesOf));
  },
);

describe('reading back', () => {
  it('gives the device’s counts, on an electrode offset too', () => {
    const spec = { names: ['I', 'II', 'V1'], samples: 700, rateHz: 250, scale: 0.02235174 };
    const offset = 4_000_000;
    const values = waveformValues(readDicom(exported(ecgSource({ ...spec, offset })).bytes));
    for (const [lead, counts] of truth(spec).entries()) {
      const back = [...(values[lead] ?? [])].map(
        (value) => Math.round(value / spec.scale) - offset,
      );
      expect(back).toEqual([...counts]);
    }
  });

  it('through Chariot’s own import of files gives leads, rate and values', () => {
    const spec = { names: TWELVE, samples: 600, rateHz: 500 };
    const { bytes } = exported(ecgSource({ ...spec, lost: [{ fromSample: 5, samples: 3 }] }));
    const [stream] = imported(parseDicomEcg(bytes)).streams;
    expect(stream?.rateHz).toBe(500);
    expect(stream?.channels.map(({ name }) => name)).toEqual(TWELVE);
    for (const [lead, counts] of truth(spec).entries()) {
      const channel = stream?.channels[lead];
      expect(channel?.missing).toEqual([{ from: 5, count: 3 }]);
      const values = channel === undefined ? [] : valuesOf(channel).slice(8);
      expect(values.map((value) => Math.round(value / 2.44))).toEqual([...counts].slice(8));
    }
  });

  it.skipIf(!hasDcmtk).each([
    ['odd sides', pictureOf(33, 17)],
    ['one pixel', pictureOf(1, 1)],
    ['VGA', pictureOf(640, 480)],
  ] as const)(`through dcmtk gives the same pixels: %s (${NO_DCMTK})`, (_, picture) => {
    for (const purpose of ['otoscope', 'dermatoscope', 'other'] as const) {
      const { bytes } = exported(pictureSource(purpose, picture));
      const { widthPx, heightPx, rgb } = dcmtkPixels(bytes);
      expect([widthPx, heightPx]).toEqual([picture.widthPx, picture.heightPx]);
      expect(Buffer.compare(rgb, picture.rgb)).toBe(0);
      const pixels = readDicom(bytes).bytes('PixelData').subarray(0, rgb.length);
      expect(Buffer.compare(pixels, picture.rgb)).toBe(0);
    }
  });

  it('gives the counts of a sound of a 16-bit device', () => {
    const counts = Int16Array.from([0, 1, -1, 32_767, -32_768, 12_345, -777]);
    const samples = Float32Array.from(counts, (count) => count / 0x8000);
    const { bytes, notes } = exported(soundSource({ rateHz: 44_100, samples }));
    expect(notes).toEqual([]);
    expect(waveformCounts(readDicom(bytes)).map((channel) => [...channel])).toEqual([[...counts]]);
  });

  it('says what a sound of floats lost', () => {
    const samples = Float32Array.from([0.1, -0.25, 1.5, -2]);
    const { bytes, notes } = exported(soundSource({ rateHz: 8000, samples }));
    expect(notes).toEqual([
      { code: 'quantised', params: { leads: 'audio', step: 1 / 32_768 } },
      { code: 'clipped', params: { samples: 2 } },
    ]);
    const [read] = waveformCounts(readDicom(bytes));
    expect([...(read ?? [])]).toEqual([3277, -8192, 32_767, -32_768]);
  });

  it('gives the document byte by byte, of an odd length too', () => {
    for (const tail of ['', ' ']) {
      const source = pdfSource();
      const pdf = Buffer.concat([source.pdf, Buffer.from(tail)]);
      const object = readDicom(exported({ ...source, pdf }).bytes);
      const [length = 0] = object.numbers('EncapsulatedDocumentLength');
      expect(length).toBe(pdf.length);
      expect(Buffer.compare(object.bytes('EncapsulatedDocument').subarray(0, length), pdf)).toBe(0);
    }
  });

  it.skipIf(!hasDcmtk).each([
    ['LEFÈVRE', 'Hélène', 'ISO_IR 100'],
    ['LE CŒUR', 'Zoé', 'ISO_IR 192'],
    ['NGUYỄN', 'Thị Ánh', 'ISO_IR 192'],
    // Composed of letter and accent, as some systems send it.
    ['LEFE\u0300VRE', 'He\u0301le\u0300ne', 'ISO_IR 100'],
  ])(`through dcmtk gives %s, %s in %s (${NO_DCMTK})`, (birthName, given, characters) => {
    const patient = { birthName, givenNames: [given] };
    const { bytes } = exported(ecgSource(), contextOf({ patient, act: { reason: 'Dyspnée' } }));
    expect(readDicom(bytes).text('SpecificCharacterSet')).toBe(characters);
    expect(dcmdumpName(bytes)).toBe(`${birthName}^${given}`.normalize('NFC'));
  });
});
