import dcmjs from 'dcmjs';
import type { Result } from '../../src/contracts/faults.ts';
import { encodeFile } from '../../src/main/exporter/dicom/encoder.ts';
import { describeDicom, exportDicom } from '../../src/main/exporter/dicom/exportDicom.ts';
import type { DicomSource } from '../../src/main/exporter/dicom/types.ts';
import { contextOf, ecgSource, pictureOf, pictureSource } from '../integration/dicomRig.ts';
import { median, medianRatio, type Row, row } from './rows.ts';

const ROUNDS = 41;
/** Rounds after which nothing gets faster any more. */
const WARM_ROUNDS = { ecg: 250, picture: 30 };

type Work = Readonly<Record<'encode' | 'whole' | 'dcmjs' | 'copy', () => unknown>>;
type Pair = { readonly ours: readonly number[]; readonly theirs: readonly number[] };

/**
 * Time of one object. encode: from its data set, values by keyword, to the file. dcmjs: the same by
 * its own functions. whole: from what the store gives, values of leads or pixels, to the file. copy:
 * of the finished file's bytes into new memory, the limit.
 */
export function benchDicom(options: { readonly say: (words: string) => void }): Promise<Row[]> {
  dcmjs.log.setLevel('silent');
  options.say('DICOM: an ECG of 12 leads, 5000 samples each');
  const ecg = workOf(ecgSource());
  const encoded = inTurns(ecg.encode, ecg.dcmjs, WARM_ROUNDS.ecg);
  const exported = inTurns(ecg.whole, ecg.dcmjs, WARM_ROUNDS.ecg);
  options.say('DICOM: a picture of 1920 x 1080');
  const picture = workOf(pictureSource('other', pictureOf(1920, 1080)));
  const copied = inTurns(picture.whole, picture.copy, WARM_ROUNDS.picture);
  const compared = inTurns(picture.whole, picture.dcmjs, WARM_ROUNDS.picture);
  return Promise.resolve([...ecgRows(encoded, exported), ...pictureRows(copied, compared)]);
}

function workOf(source: DicomSource): Work {
  const context = contextOf();
  const document = unwrapped(describeDicom(source, context, {}));
  const file = encodeFile(document, context.software);
  const natural = naturalOf(file);
  return {
    encode: () => encodeFile(document, context.software),
    whole: () => unwrapped(exportDicom(source, context)),
    dcmjs: () => dcmjs.data.datasetToDict(natural).write(),
    copy: () => Buffer.from(file),
  };
}

/** The object as dcmjs wants it from a program: values by keyword, as Chariot's own data set. */
function naturalOf(file: Uint8Array<ArrayBuffer>): object {
  const { DicomMessage, DicomMetaDictionary } = dcmjs.data;
  const { dict, meta } = DicomMessage.readFile(file.buffer);
  const natural = DicomMetaDictionary.naturalizeDataset(dict);
  return { ...natural, _meta: DicomMetaDictionary.namifyDataset(meta) };
}

function unwrapped<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

/**
 * Each runs once before it is timed, so that caches hold its own work and not the other's; who is
 * first changes with every round.
 */
function inTurns(ours: () => unknown, theirs: () => unknown, warmRounds: number): Pair {
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = -warmRounds; round < ROUNDS; round++) {
    const turns = [
      { run: ours, into: times.ours },
      { run: theirs, into: times.theirs },
    ];
    for (const { run, into } of round % 2 === 0 ? turns : turns.toReversed()) {
      run();
      const from = performance.now();
      run();
      const took = performance.now() - from;
      if (round >= 0) {
        into.push(took);
      }
    }
  }
  return times;
}

function ecgRows(encoded: Pair, exported: Pair): Row[] {
  const ms = median(encoded.ours);
  const faster = medianRatio(encoded.theirs, encoded.ours);
  const wholeFaster = medianRatio(exported.theirs, exported.ours);
  const common = { unit: 'ms', comparedWith: 'dcmjs, data set to file' };
  return [
    row({
      ...common,
      metric: 'DICOM ECG object, 12 x 5000 x 16 bit, data set to file',
      ours: ms,
      theirs: median(encoded.theirs),
      ratio: faster,
      goal: '<= 0.4 ms and >= 30 times faster',
      pass: ms <= 0.4 && faster >= 30,
    }),
    row({
      ...common,
      metric: 'DICOM ECG object, values of leads to file',
      ours: median(exported.ours),
      theirs: median(exported.theirs),
      ratio: wholeFaster,
      goal: 'faster than dcmjs writes counts that are ready',
      pass: wholeFaster > 1,
    }),
  ];
}

function pictureRows(copied: Pair, compared: Pair): Row[] {
  const toCopy = medianRatio(copied.ours, copied.theirs);
  const faster = medianRatio(compared.theirs, compared.ours);
  const common = { metric: 'DICOM picture, 1920 x 1080 RGB, pixels to file', unit: 'ms' };
  return [
    row({
      ...common,
      ours: median(copied.ours),
      comparedWith: 'copy of the same bytes',
      theirs: median(copied.theirs),
      ratio: toCopy,
      goal: '<= 2 times the copy',
      pass: toCopy <= 2,
    }),
    row({
      ...common,
      ours: median(compared.ours),
      comparedWith: 'dcmjs, data set to file',
      theirs: median(compared.theirs),
      ratio: faster,
      goal: '>= 10 times faster',
      pass: faster >= 10,
    }),
  ];
}
