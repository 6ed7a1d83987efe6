import { type DataSet, parseDicom } from 'dicom-parser';
import { ATTRIBUTES, type Keyword } from '../../src/main/exporter/dicom/attributes.ts';

/** A data set as dicom-parser reads it, by keyword. */
export type ReadSet = {
  readonly has: (keyword: Keyword) => boolean;
  /** The whole value, in the object's own character set, without the padding of its end. */
  readonly text: (keyword: Keyword) => string;
  /** Numbers of US, UL, DS or IS. */
  readonly numbers: (keyword: Keyword) => number[];
  readonly bytes: (keyword: Keyword) => Uint8Array;
  readonly items: (keyword: Keyword) => readonly ReadSet[];
  /** Tags in the order of the file, of sequences and their items too. */
  readonly tags: () => string[];
};

export function readDicom(bytes: Uint8Array): ReadSet {
  const set = parseDicom(bytes);
  return wrap(set, set.string('x00080005') === 'ISO_IR 192' ? 'utf-8' : 'latin1');
}

function tagOf(keyword: Keyword): string {
  return `x${ATTRIBUTES[keyword][0].toString(16).padStart(8, '0')}`;
}

function wrap(set: DataSet, encoding: 'utf-8' | 'latin1'): ReadSet {
  const raw = (keyword: Keyword): Uint8Array => {
    const element = set.elements[tagOf(keyword)];
    return element === undefined
      ? new Uint8Array()
      : set.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  };
  // TextDecoder takes latin1 for Windows 1252, which differs where ISO 8859-1 has controls.
  const decoded = (keyword: Keyword): string =>
    encoding === 'utf-8'
      ? new TextDecoder('utf-8', { fatal: true }).decode(raw(keyword))
      : Buffer.from(raw(keyword)).toString('latin1');
  const items = (keyword: Keyword): readonly ReadSet[] =>
    (set.elements[tagOf(keyword)]?.items ?? []).flatMap(({ dataSet }) =>
      dataSet === undefined ? [] : [wrap(dataSet, encoding)],
    );
  return {
    has: (keyword) => set.elements[tagOf(keyword)] !== undefined,
    text: (keyword) => decoded(keyword).replace(/[ \0]$/, ''),
    numbers: (keyword) => {
      const value = Buffer.from(raw(keyword));
      const vr = ATTRIBUTES[keyword][1];
      if (vr === 'US' || vr === 'UL') {
        const width = vr === 'US' ? 2 : 4;
        return Array.from({ length: value.length / width }, (_, index) =>
          value.readUIntLE(index * width, width),
        );
      }
      return value.toString('latin1').split('\\').map(Number);
    },
    bytes: raw,
    items,
    tags: () =>
      Object.values(set.elements).flatMap(({ tag, items: nested = [] }) => [
        tag,
        ...nested.flatMap(({ dataSet }) =>
          dataSet === undefined ? [] : wrap(dataSet, encoding).tags(),
        ),
      ]),
  };
}

/** Counts of each channel of the first multiplex group. */
export function waveformCounts(object: ReadSet): (Int16Array | Int32Array)[] {
  const [group] = object.items('WaveformSequence');
  if (group === undefined) {
    throw new Error('no waveform');
  }
  const [channels = 0] = group.numbers('NumberOfWaveformChannels');
  const copy = new Uint8Array(group.bytes('WaveformData')).buffer;
  const all =
    group.numbers('WaveformBitsAllocated')[0] === 16 ? new Int16Array(copy) : new Int32Array(copy);
  return Array.from({ length: channels }, (_, channel) =>
    all.filter((_count, index) => index % channels === channel),
  );
}

/** Physical values of each channel; padding is NaN. */
export function waveformValues(object: ReadSet): Float64Array[] {
  const [group] = object.items('WaveformSequence');
  const lowest = group?.numbers('WaveformBitsAllocated')[0] === 16 ? -(2 ** 15) : -(2 ** 31);
  const padding = group?.has('WaveformPaddingValue') === true ? lowest : Number.NaN;
  const definitions = group?.items('ChannelDefinitionSequence') ?? [];
  return waveformCounts(object).map((counts, channel) => {
    const [sensitivity = Number.NaN] = definitions[channel]?.numbers('ChannelSensitivity') ?? [];
    const [baseline = Number.NaN] = definitions[channel]?.numbers('ChannelBaseline') ?? [];
    return Float64Array.from(counts, (count) =>
      count === padding ? Number.NaN : count * sensitivity + baseline,
    );
  });
}
