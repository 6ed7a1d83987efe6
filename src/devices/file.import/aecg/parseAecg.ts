import type { Result } from '../../../contracts/faults.ts';
import { isoFromCompact, millisecondsBetween } from '../bytes.ts';
import type { ImportedRecording, ImportedStream } from '../recording.ts';
import { damaged, type Refusal, unknownFormat, unsupported } from '../refusal.ts';
import { annotationsOf } from './annotations.ts';
import { deviceOf, patientOf } from './identity.ts';
import { readSequenceSet, type SequenceSet, type TimeAxis } from './sequences.ts';
import { decodeXml } from './text.ts';
import { attributeOf, find, findAll, parseXml, type XmlElement } from './xml.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * HL7 v3 Annotated ECG (PORT_MT020001): every rhythm series and, marked derived, representative
 * beats. Samples have to be SLIST_PQ on a GLIST time axis; other generators are refused.
 */
export function parseAecg(bytes: Uint8Array): Result<ImportedRecording> {
  if (bytes.length > MAX_BYTES) {
    return unsupported('aecg', 'aecg.tooLarge', { present: bytes.length, limit: MAX_BYTES });
  }
  const text = decodeXml(bytes);
  if (!text.ok) {
    return text;
  }
  const document = parseXml(text.value);
  if (!document.ok) {
    const refuse = document.reason === 'xml.malformed' ? damaged : unsupported;
    return refuse('aecg', document.reason);
  }
  if (document.root.name !== 'AnnotatedECG') {
    return unknownFormat('xml.root');
  }
  return readDocument(document.root);
}

type Series = { readonly element: XmlElement; readonly origin: ImportedStream['origin'] };

function readDocument(root: XmlElement): Result<ImportedRecording> {
  const measured = findAll(root, 'component/series');
  const all: Series[] = measured.flatMap((element) => [
    { element, origin: isRhythm(element) ? ('original' as const) : ('derived' as const) },
    ...findAll(element, 'derivation/derivedSeries').map((derived) => ({
      element: derived,
      origin: 'derived' as const,
    })),
  ]);
  const read = readSeries(all);
  if (!read.ok) {
    return read;
  }
  const recordedAt = startOf(root, measured[0], read.value);
  const streams = read.value.flatMap(({ series, set }) => streamsOf(series, set, recordedAt));
  if (!streams.some((stream) => stream.origin === 'original')) {
    return unsupported('aecg', 'aecg.noRhythm');
  }
  if (streams.some((stream) => !Number.isFinite(stream.startMs))) {
    return damaged('aecg', 'aecg.startTime');
  }
  return {
    ok: true,
    value: {
      format: 'aecg',
      device: deviceOf(measured[0]),
      recordedAt,
      warnings: warningsOf(measured, streams),
      streams,
      annotations: measured.flatMap((series) => annotationsOf(series, recordedAt)),
      patient: patientOf(root),
    },
  };
}

const isRhythm = (series: XmlElement): boolean =>
  attributeOf(find(series, 'code'), 'code') === 'RHYTHM';

type ReadSet = { readonly series: Series; readonly set: SequenceSet };

function readSeries(all: readonly Series[]): { ok: true; value: ReadSet[] } | Refusal {
  const value: ReadSet[] = [];
  for (const series of all) {
    for (const element of findAll(series.element, 'component/sequenceSet')) {
      const set = readSequenceSet(element);
      if (!set.ok) {
        return set;
      }
      value.push({ series, set: set.value });
    }
  }
  return { ok: true, value };
}

/** The first sample of the first rhythm, else what the series or the document says. */
function startOf(
  root: XmlElement,
  series: XmlElement | undefined,
  sets: readonly ReadSet[],
): string | null {
  const first = sets.find((read) => read.series.origin === 'original')?.set.time.head;
  if (first !== undefined && 'at' in first) {
    return first.at;
  }
  const low = attributeOf(find(series ?? root, 'effectiveTime/low'), 'value');
  return isoFromCompact(low);
}

function startMsOf(time: TimeAxis, recordedAt: string | null): number {
  return 'ms' in time.head ? time.head.ms : millisecondsBetween(recordedAt ?? '', time.head.at);
}

function streamsOf(series: Series, set: SequenceSet, recordedAt: string | null): ImportedStream[] {
  const name = attributeOf(find(series.element, 'code'), 'code') || 'series';
  return [true, false].flatMap((isEcg) => {
    const channels = set.leads.filter((lead) => lead.isEcg === isEcg).map(({ channel }) => channel);
    const stream: ImportedStream = {
      name,
      kind: isEcg ? 'ecg' : 'other',
      origin: series.origin,
      rateHz: 1000 / set.time.incrementMs,
      startMs: startMsOf(set.time, recordedAt),
      channels,
      gaps: [],
    };
    return channels.length === 0 ? [] : [stream];
  });
}

function warningsOf(
  measured: readonly XmlElement[],
  streams: readonly ImportedStream[],
): readonly string[] {
  const nameless = streams
    .flatMap((stream) => stream.channels)
    .filter((channel) => channel.code === null)
    .map((channel) => `aecg.unknownLead:${channel.name}`);
  const several = measured.length > 1 ? ['aecg.deviceOfFirstSeries'] : [];
  return [...several, ...nameless];
}
