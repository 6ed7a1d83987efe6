import dicomParser, { type DataSet } from 'dicom-parser';

export type EcgTraceLead = {
  readonly name: string;
  /** Computed from others, not measured by its own electrode. */
  readonly derived: boolean;
  /** Microvolts, or counts where the device has no unit; NaN where a sample was lost. */
  readonly values: Float64Array;
};

export type EcgTrace = {
  readonly leads: readonly EcgTraceLead[];
  readonly rateHz: number;
  readonly samples: number;
  /** False: heights mean nothing. */
  readonly calibrated: boolean;
};

/** Attributes of the Waveform module, PS3.3 C.10.9. */
const TAG = {
  waveforms: 'x54000100',
  channelCount: 'x003a0005',
  sampleCount: 'x003a0010',
  rate: 'x003a001a',
  channels: 'x003a0200',
  label: 'x003a0203',
  derivation: 'x003a020c',
  sensitivity: 'x003a0210',
  baseline: 'x003a0213',
  bits: 'x54001004',
  padding: 'x5400100a',
  data: 'x54001010',
} as const;
/** How the exporter says that a lead has no electrode of its own. */
const DERIVED = /^Computed/;

type Shape = {
  readonly bytesPerSample: 2 | 4;
  readonly channels: number;
  readonly samples: number;
};

/**
 * The ECG of the DICOM object that leaves the cart: what is seen is what is sent.
 * @returns null: these bytes are no ECG as the cart writes it.
 */
export function readEcgObject(bytes: Uint8Array): EcgTrace | null {
  const group = waveformOf(bytes);
  const rateHz = group?.floatString(TAG.rate) ?? 0;
  const shape = group === null ? null : shapeOf(group);
  if (group === null || shape === null || !(rateHz > 0)) {
    return null;
  }
  const view = viewOf(group, TAG.data);
  const items = (group.elements[TAG.channels]?.items ?? []).flatMap(({ dataSet }) => dataSet ?? []);
  if (view.byteLength < shape.channels * shape.samples * shape.bytesPerSample) {
    return null;
  }
  const padding = viewOf(group, TAG.padding);
  const lost =
    padding.byteLength < shape.bytesPerSample ? null : sampleAt(padding, 0, shape.bytesPerSample);
  const leads = items.slice(0, shape.channels).map((item, channel) => ({
    name: (item.string(TAG.label) ?? '').trim(),
    derived: DERIVED.test(item.string(TAG.derivation) ?? ''),
    values: valuesOf(view, shape, channel, { item, lost }),
  }));
  const calibrated = items.every((item) => item.elements[TAG.sensitivity] !== undefined);
  return { leads, rateHz, samples: shape.samples, calibrated };
}

/** dicom-parser throws objects and strings: they end here. */
function waveformOf(bytes: Uint8Array): DataSet | null {
  try {
    const [first] = dicomParser.parseDicom(bytes).elements[TAG.waveforms]?.items ?? [];
    return first?.dataSet ?? null;
  } catch {
    return null;
  }
}

function shapeOf(group: DataSet): Shape | null {
  const bits = group.uint16(TAG.bits);
  const channels = group.uint16(TAG.channelCount) ?? 0;
  const samples = group.uint32(TAG.sampleCount) ?? 0;
  return (bits === 16 || bits === 32) && channels > 0 && samples > 0
    ? { bytesPerSample: bits === 16 ? 2 : 4, channels, samples }
    : null;
}

function viewOf({ elements, byteArray }: DataSet, tag: string): DataView {
  const { dataOffset = 0, length = 0 } = elements[tag] ?? {};
  const end = Math.min(byteArray.length, dataOffset + length);
  return new DataView(byteArray.buffer, byteArray.byteOffset + dataOffset, end - dataOffset);
}

function sampleAt(view: DataView, index: number, bytes: 2 | 4): number {
  return bytes === 2 ? view.getInt16(index * 2, true) : view.getInt32(index * 4, true);
}

function valuesOf(
  view: DataView,
  { bytesPerSample, channels, samples }: Shape,
  channel: number,
  { item, lost }: { readonly item: DataSet; readonly lost: number | null },
): Float64Array {
  const step = item.floatString(TAG.sensitivity) ?? 1;
  const baseline = item.floatString(TAG.baseline) ?? 0;
  const values = new Float64Array(samples);
  for (let index = 0; index < samples; index++) {
    const count = sampleAt(view, index * channels + channel, bytesPerSample);
    values[index] = count === lost ? Number.NaN : count * step + baseline;
  }
  return values;
}
