import { type KnownLead, leadByCode, leadByLabel } from '../leads.ts';
import type { ImportedChannel, ImportedStream } from '../recording.ts';
import { damaged, incomplete, type Refusal, unsupported } from '../refusal.ts';
import { microvoltsPer } from '../units.ts';
import type { Dataset } from './dataset.ts';
import {
  paddingRuns,
  readChannel,
  readPadding,
  type SampleFormat,
  sampleFormat,
} from './samples.ts';

const MAX_CHANNELS = 512;
const MAX_NAME = 64;

/** Attributes of the multiplex group (PS3.3 C.10.9) and of its channel definitions. */
const TAG = {
  timeOffset: 'x00181068',
  originality: 'x003a0004',
  channelCount: 'x003a0005',
  sampleCount: 'x003a0010',
  frequency: 'x003a001a',
  label: 'x003a0020',
  channels: 'x003a0200',
  channelLabel: 'x003a0203',
  source: 'x003a0208',
  sensitivity: 'x003a0210',
  units: 'x003a0211',
  correction: 'x003a0212',
  baseline: 'x003a0213',
  timeSkew: 'x003a0214',
  sampleSkew: 'x003a0215',
  bits: 'x54001004',
  interpretation: 'x54001006',
  padding: 'x5400100a',
  data: 'x54001010',
  codeValue: 'x00080100',
  codeMeaning: 'x00080104',
} as const;

type Group = {
  readonly definitions: readonly Dataset[];
  readonly count: number;
  readonly rateHz: number;
  readonly format: SampleFormat;
  readonly data: Uint8Array;
  readonly padding: number | undefined;
  readonly isBigEndian: boolean;
};

/** One multiplex group as one stream: all its channels share rate, start and length. */
export function readGroup(
  item: Dataset,
  isBigEndian: boolean,
  number: number,
): { ok: true; value: ImportedStream } | Refusal {
  const group = readShape(item, isBigEndian, number);
  if (!group.ok) {
    return group;
  }
  const channels: ImportedChannel[] = [];
  for (const index of group.value.definitions.keys()) {
    const channel = channelOf(group.value, index);
    if (channel === null) {
      return unsupported('dicom', 'dicom.channel', { group: number, channel: index + 1 });
    }
    channels.push(channel);
  }
  const startMs = item.decimal(TAG.timeOffset) ?? 0;
  if (!Number.isFinite(startMs)) {
    return damaged('dicom', 'dicom.groupHeader', { group: number });
  }
  const isOriginal = item.text(TAG.originality) !== 'DERIVED';
  const value: ImportedStream = {
    name: item.text(TAG.label) || `group ${number}`,
    kind: 'ecg',
    origin: isOriginal ? 'original' : 'derived',
    rateHz: group.value.rateHz,
    startMs,
    channels,
    gaps: [],
  };
  return { ok: true, value };
}

/** A general ECG may carry pressures beside voltages: they are streams of their own. */
export function splitByKind(group: ImportedStream): ImportedStream[] {
  const voltages = group.channels.filter((channel) => channel.unit === 'uV');
  const others = group.channels.filter((channel) => channel.unit !== 'uV');
  return [
    { ...group, channels: voltages },
    { ...group, kind: 'other' as const, channels: others },
  ].filter((stream) => stream.channels.length > 0);
}

function readShape(
  item: Dataset,
  isBigEndian: boolean,
  number: number,
): { ok: true; value: Group } | Refusal {
  const where = { group: number };
  const channels = item.uint16(TAG.channelCount) ?? 0;
  const count = item.uint32(TAG.sampleCount) ?? 0;
  const rateHz = item.decimal(TAG.frequency) ?? 0;
  const definitions = item.items(TAG.channels);
  const isShape = channels > 0 && channels <= MAX_CHANNELS && channels === definitions.length;
  if (!(isShape && count > 0 && rateHz > 0 && Number.isFinite(rateHz))) {
    return damaged('dicom', 'dicom.groupHeader', where);
  }
  const format = sampleFormat(item.text(TAG.interpretation), item.uint16(TAG.bits) ?? 0);
  if (format === undefined) {
    return unsupported('dicom', 'dicom.sampleFormat', where);
  }
  const data = item.bytes(TAG.data);
  const expected = channels * count * format.bytes;
  // An odd length is padded to an even one.
  if (data.length < expected) {
    return incomplete('dicom', 'dicom.waveformData', { ...where, present: data.length, expected });
  }
  if (data.length > expected + 1) {
    return damaged('dicom', 'dicom.waveformData', { ...where, present: data.length, expected });
  }
  const padding = readPadding(item.bytes(TAG.padding), format, isBigEndian);
  return { ok: true, value: { definitions, count, rateHz, format, data, padding, isBigEndian } };
}

/** Value = sample * sensitivity * correction + baseline, in the sensitivity's unit. */
function channelOf(group: Group, index: number): ImportedChannel | null {
  const definition = group.definitions[index];
  const scale = definition === undefined ? null : scaleOf(definition);
  if (definition === undefined || scale === null) {
    return null;
  }
  const shape = { channel: index, channels: group.definitions.length, count: group.count };
  const samples = readChannel(group.data, group.format, group.isBigEndian, shape);
  const { lead, label } = sourceOf(definition);
  const skewMs =
    (definition.decimal(TAG.timeSkew) ?? 0) * 1000 +
    ((definition.decimal(TAG.sampleSkew) ?? 0) * 1000) / group.rateHz;
  return Number.isFinite(skewMs)
    ? {
        name: lead?.name ?? (label || `channel ${index + 1}`),
        code: lead?.code ?? null,
        derived: lead?.derived ?? false,
        ...scale,
        skewMs,
        samples,
        missing: paddingRuns(samples, group.padding),
      }
    : null;
}

function scaleOf(definition: Dataset): { unit: string; scale: number; offset: number } | null {
  const sensitivity = definition.decimal(TAG.sensitivity);
  const correction = definition.decimal(TAG.correction) ?? 1;
  const baseline = definition.decimal(TAG.baseline) ?? 0;
  const unit = definition.items(TAG.units)[0]?.text(TAG.codeValue) ?? '';
  const scale = (sensitivity ?? Number.NaN) * correction;
  // Without a sensitivity counts have no unit, and a count is no voltage.
  if (!Number.isFinite(scale) || scale === 0 || !Number.isFinite(baseline) || unit === '') {
    return null;
  }
  const factor = microvoltsPer(unit);
  return factor === undefined
    ? { unit, scale, offset: baseline }
    : { unit: 'uV', scale: scale * factor, offset: baseline * factor };
}

/** The lead by its MDC code, else by what SCP-ECG or the label calls it. */
function sourceOf(definition: Dataset): { lead: KnownLead | undefined; label: string } {
  const source = definition.items(TAG.source)[0];
  const meaning = source?.text(TAG.codeMeaning) ?? '';
  const label = (meaning || definition.text(TAG.channelLabel)).slice(0, MAX_NAME);
  const scheme = source?.text('x00080102') ?? '';
  const value = source?.text(TAG.codeValue) ?? '';
  const scp = scheme === 'SCPECG' ? /^5\.6\.3-9-(\d{1,3})$/.exec(value)?.[1] : undefined;
  const coded = scheme === 'MDC' ? leadByCode(value) : undefined;
  const numbered = scp === undefined ? undefined : leadByCode(`2:${scp}`);
  return { lead: coded ?? numbered ?? leadByLabel(bareLabel(label)), label };
}

/** `Lead I (Einthoven)` -> `Lead I`. */
const bareLabel = (label: string): string => label.replace(/\s*\(.*$/, '');
