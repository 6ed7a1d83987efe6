import type { Result } from '../../../contracts/faults.ts';
import { leadByLabel } from '../leads.ts';
import type { ImportedChannel, ImportedRecording, ImportedStream } from '../recording.ts';
import { type Refusal, unsupported } from '../refusal.ts';
import { microvoltsPer } from '../units.ts';
import { type EdfHeader, type EdfSignal, isAnnotations, readHeader } from './header.ts';
import { deviceOf, patientOf } from './identity.ts';
import {
  type EdfLayout,
  type EdfTimes,
  gapsInSamples,
  layoutOf,
  readSamples,
  readTimes,
} from './records.ts';

/**
 * EDF, EDF+C, EDF+D and their 24 bit form BDF. One stream for each rate and kind; the time
 * between the records of EDF+D becomes gaps. A file that ends before its header says is refused
 * with how many records are there.
 */
export function parseEdf(bytes: Uint8Array): Result<ImportedRecording> {
  const header = readHeader(bytes);
  if (!header.ok) {
    return header;
  }
  const layout = layoutOf(header.value, bytes.length);
  if (!layout.ok) {
    return layout;
  }
  const times = readTimes(bytes, header.value, layout.value);
  if (!times.ok) {
    return times;
  }
  const streams = readStreams(bytes, header.value, layout.value, times.value);
  if (!streams.ok) {
    return streams;
  }
  return {
    ok: true,
    value: {
      format: header.value.format,
      device: deviceOf(header.value),
      recordedAt: header.value.startedAt,
      warnings: [],
      streams: streams.value,
      annotations: times.value.annotations,
      patient: patientOf(header.value),
    },
  };
}

type Kind = ImportedStream['kind'];

function readStreams(
  bytes: Uint8Array,
  header: EdfHeader,
  layout: EdfLayout,
  times: EdfTimes,
): { ok: true; value: readonly ImportedStream[] } | Refusal {
  const groups = new Map<string, { kind: Kind; perRecord: number; channels: ImportedChannel[] }>();
  for (const [index, signal] of header.signals.entries()) {
    const place = layout.places[index];
    if (place === undefined || isAnnotations(signal)) {
      continue;
    }
    const kind = kindOf(signal);
    const perRecord = signal.samplesPerRecord;
    const key = `${kind} ${perRecord}`;
    const group = groups.get(key) ?? { kind, perRecord, channels: [] };
    group.channels.push(channelOf(signal, kind, readSamples(bytes, header, layout, place)));
    groups.set(key, group);
  }
  if (groups.size === 0 || header.records === 0) {
    return unsupported(header.format, 'edf.noSignals');
  }
  if (header.recordSeconds === 0) {
    return unsupported(header.format, 'edf.noRate');
  }
  const streams = [...groups.values()].map(({ kind, perRecord, channels }) => ({
    name: kind === 'ecg' ? 'ecg' : 'signals',
    kind,
    origin: 'original' as const,
    rateHz: perRecord / header.recordSeconds,
    startMs: times.startMs,
    channels,
    gaps: gapsInSamples(times.gaps, perRecord),
  }));
  return { ok: true, value: streams };
}

/** EDF+ begins an ECG's label with `ECG`; older files carry the bare name of the lead. */
function kindOf(signal: EdfSignal): Kind {
  const isNamed = /^(?:ECG|EKG)\b/i.test(signal.label) || leadByLabel(signal.label) !== undefined;
  return isNamed && microvoltsPer(signal.unit) !== undefined ? 'ecg' : 'other';
}

/** The header gives two points of a line: (digital, physical) minimum and maximum. */
function channelOf(signal: EdfSignal, kind: Kind, samples: Int32Array): ImportedChannel {
  const lead = kind === 'ecg' ? leadByLabel(signal.label) : undefined;
  const factor = kind === 'ecg' ? (microvoltsPer(signal.unit) ?? 1) : 1;
  const [low, high] = signal.physical;
  const [first, last] = signal.digital;
  const scale = ((high - low) / (last - first)) * factor;
  return {
    name: lead?.name ?? signal.label,
    code: lead?.code ?? null,
    derived: lead?.derived ?? false,
    unit: kind === 'ecg' ? 'uV' : signal.unit,
    scale,
    offset: low * factor - first * scale,
    skewMs: 0,
    samples,
    missing: [],
  };
}
