import type { ImportedAnnotation, ImportedStream } from '../recording.ts';
import type { Dataset } from './dataset.ts';
import type { TextReader } from './header.ts';

const TAG = {
  channels: 'x0040a0b0',
  temporalType: 'x0040a130',
  positions: 'x0040a132',
  timeOffsets: 'x0040a138',
  conceptName: 'x0040a043',
  conceptCode: 'x0040a168',
  numeric: 'x0040a30a',
  unit: 'x004008ea',
  text: 'x00700006',
  codeValue: 'x00080100',
  codeScheme: 'x00080102',
  codeMeaning: 'x00080104',
} as const;

/** One item of the Waveform Annotation Sequence (PS3.3 C.10.10). */
export function annotationOf(
  item: Dataset,
  groups: readonly ImportedStream[],
  { read }: TextReader,
): ImportedAnnotation {
  const name = item.items(TAG.conceptName)[0];
  const value = item.items(TAG.conceptCode)[0];
  const number = item.decimal(TAG.numeric);
  const unit = item.items(TAG.unit)[0];
  const meaning = [name, value].map((set) =>
    set === undefined ? null : read(set, TAG.codeMeaning),
  );
  const texts = [...meaning, read(item, TAG.text)].filter((text) => text !== null);
  const isNumber = number !== undefined && Number.isFinite(number);
  return {
    ...timesOf(item, groups),
    text: texts.join(': '),
    code: name === undefined ? null : `${name.text(TAG.codeScheme)}:${name.text(TAG.codeValue)}`,
    value: isNumber ? number : null,
    unit: isNumber ? (unit?.text(TAG.codeValue) ?? null) : null,
  };
}

/** Sample positions count from 1, in the multiplex group that the annotation refers to. */
function timesOf(
  item: Dataset,
  groups: readonly ImportedStream[],
): Pick<ImportedAnnotation, 'atMs' | 'durationMs'> {
  const stream = groups[(item.uint16(TAG.channels) ?? 0) - 1];
  const first = item.uint32(TAG.positions);
  if (stream === undefined || first === undefined) {
    return { atMs: null, durationMs: null };
  }
  const last = item.uint32(TAG.positions, 1);
  const atMs = stream.startMs + ((first - 1) * 1000) / stream.rateHz;
  const isRange = item.text(TAG.temporalType) === 'SEGMENT' && last !== undefined;
  return { atMs, durationMs: isRange ? ((last - first) * 1000) / stream.rateHz : null };
}
