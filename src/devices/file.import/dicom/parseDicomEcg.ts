import type { Result } from '../../../contracts/faults.ts';
import type { ImportedRecording, ImportedStream } from '../recording.ts';
import { type Refusal, unsupported } from '../refusal.ts';
import { annotationOf } from './annotations.ts';
import { type Dataset, readDicom } from './dataset.ts';
import { deviceOf, patientOf, startOf, type TextReader, textReader } from './header.ts';
import { readGroup, splitByKind } from './waveform.ts';

/** PS3.4 B.5: 12-lead, general, ambulatory and general 32 bit ECG waveform storage. */
const ECG_CLASSES = new Set(
  ['1.1', '1.2', '1.3', '1.4'].map((end) => `1.2.840.10008.5.1.4.1.1.9.${end}`),
);
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_GROUPS = 64;

/**
 * DICOM ECG waveforms, little endian explicit and implicit and big endian. Groups that the
 * machine computed (median beats) are streams of origin `derived`. A deflated file is refused:
 * its size is only known by inflating it.
 */
export function parseDicomEcg(bytes: Uint8Array): Result<ImportedRecording> {
  if (bytes.length > MAX_BYTES) {
    return unsupported('dicom', 'dicom.tooLarge', { present: bytes.length, limit: MAX_BYTES });
  }
  const file = readDicom(bytes);
  if (!file.ok) {
    return file;
  }
  const { dataset, isBigEndian } = file.value;
  if (!ECG_CLASSES.has(dataset.text('x00080016'))) {
    return unsupported('dicom', 'dicom.sopClass');
  }
  const groups = readGroups(dataset, isBigEndian);
  if (!groups.ok) {
    return groups;
  }
  const text = textReader(dataset);
  return {
    ok: true,
    value: {
      format: 'dicom',
      device: deviceOf(dataset, text),
      recordedAt: startOf(dataset),
      warnings: warningsOf(groups.value, text),
      streams: groups.value.flatMap(splitByKind),
      annotations: dataset.items('x0040b020').map((item) => annotationOf(item, groups.value, text)),
      patient: patientOf(dataset, text),
    },
  };
}

function readGroups(
  dataset: Dataset,
  isBigEndian: boolean,
): { ok: true; value: readonly ImportedStream[] } | Refusal {
  const groups = dataset.items('x54000100');
  if (groups.length === 0 || groups.length > MAX_GROUPS) {
    return unsupported('dicom', 'dicom.groupCount', { groups: groups.length });
  }
  const streams: ImportedStream[] = [];
  for (const [index, item] of groups.entries()) {
    const stream = readGroup(item, isBigEndian, index + 1);
    if (!stream.ok) {
      return stream;
    }
    streams.push(stream.value);
  }
  return streams.some((stream) => stream.origin === 'original')
    ? { ok: true, value: streams }
    : unsupported('dicom', 'dicom.noRhythm');
}

function warningsOf(streams: readonly ImportedStream[], text: TextReader): readonly string[] {
  const channels = streams.flatMap((stream) => stream.channels);
  return [
    ...(text.isKnown ? [] : ['dicom.characterSet']),
    ...(channels.some((channel) => channel.skewMs !== 0) ? ['dicom.channelSkew'] : []),
    ...channels
      .filter((channel) => channel.code === null)
      .map((channel) => `dicom.unknownLead:${channel.name}`),
  ];
}
