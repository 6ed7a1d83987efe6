import type { CaptureRecord } from '../../../contracts/captures.ts';
import { ok, type Result } from '../../../contracts/faults.ts';
import { readingsOf, valuesOf } from '../readings.ts';
import { selectCaptures } from '../selection.ts';
import type { DocumentContext, Signal } from '../sources.ts';
import { type ActDevices, actDevices } from './actDevices.ts';
import { type CaptureFile, documentEntry } from './document.ts';
import { ecgEntry } from './ecgObservation.ts';
import { effortEntry } from './effort.ts';
import { consentEntry } from './encounter.ts';
import { bundleOf, type Places, referenceTo } from './entry.ts';
import { type Frame, frameOf } from './frame.ts';
import { type ObservationParties, observationEntry, valueNotes } from './observation.ts';
import { provenanceEntry } from './provenance.ts';
import type { Entry, FhirDocument, FhirNote } from './types.ts';

export type ActBundleOptions = {
  /** By captureId: what became of a capture's file. Absent: it is told by its hash alone. */
  readonly files?: ReadonlyMap<string, CaptureFile>;
  /**
   * By captureId: curves to write as SampledData. Of an ECG: as a server without images needs them; of
   * a spirometry effort: no DICOM object carries it.
   */
  readonly signals?: ReadonlyMap<string, Signal>;
};

/**
 * Everything of a closed act but its report: who, where, when, the consent, each value as an
 * Observation with its device, each picture, sound and tracing as a DocumentReference to its DICOM
 * object, and the Provenance of all. Pure: the same input gives the same bytes.
 */
export function exportActBundle(
  context: DocumentContext,
  captures: readonly CaptureRecord[],
  options: ActBundleOptions = {},
): Result<FhirDocument> {
  const frame = frameOf(context);
  if (!frame.ok) {
    return frame;
  }
  const selected = selectCaptures(context, captures);
  if (!selected.ok) {
    return selected;
  }
  const devices = actDevices(frame.value.places, selected.value.captures);
  const content = contentOf(frame.value, devices, selected.value.captures, options);
  const consent = consentEntry(frame.value.places, context.act, frame.value.parties);
  const made = [frame.value.encounter, ...(consent === null ? [] : [consent]), ...content.entries];
  const { assembler, parties } = frame.value;
  const provenance = provenanceEntry(frame.value.places, context, made, {
    assembler,
    operator: parties.operator,
    author: null,
  });
  const notes: FhirNote[] = [
    ...frame.value.notes,
    ...content.notes,
    ...selected.value.corrected.map(
      (captureId): FhirNote => ({ code: 'corrected', params: { captureId } }),
    ),
  ];
  const entries = [...frame.value.entries, ...devices.entries, ...made, provenance];
  return ok(bundleOf(entries, notes));
}

type Content = { readonly entries: readonly Entry[]; readonly notes: readonly FhirNote[] };

function contentOf(
  frame: Frame,
  devices: ActDevices,
  captures: readonly CaptureRecord[],
  options: ActBundleOptions,
): Content {
  const values = valuesOf(captures);
  const members = new Map<string, Entry[]>();
  const entries = readingsOf(values).map((reading) => {
    const { capture } = reading.kind === 'single' ? reading.value : reading.values[0];
    const entry = observationEntry(frame.places, reading, partiesOf(frame, devices, capture));
    members.set(capture.captureId, [...(members.get(capture.captureId) ?? []), entry]);
    return entry;
  });
  const notes = valueNotes(values);
  for (const capture of captures) {
    const parties = partiesOf(frame, devices, capture);
    const made = captureContent(frame.places, capture, options, parties);
    const effort = {
      members: members.get(capture.captureId) ?? [],
      curve: options.signals?.get(capture.captureId) ?? null,
    };
    entries.push(...made.entries);
    notes.push(...made.notes);
    if (capture.content.kind === 'spirometryEffort') {
      entries.push(effortEntry(frame.places, capture, effort, parties));
    }
  }
  return { entries, notes };
}

/** What points at a picture, a sound, a clip or a tracing. */
function captureContent(
  places: Places,
  capture: CaptureRecord,
  { files, signals }: ActBundleOptions,
  parties: ObservationParties,
): Content {
  if (!isDocument(capture)) {
    return { entries: [], notes: [] };
  }
  const file = files?.get(capture.captureId) ?? { dicom: null, bytes: null, sha1: null };
  const signal = signals?.get(capture.captureId);
  const ecg = signal === undefined ? null : ecgEntry(places, { capture, signal }, parties);
  const document = documentEntry(places, capture, file, parties);
  const entries = [document, ecg?.entry ?? null].filter((entry) => entry !== null);
  const missing: FhirNote = { code: 'notIncluded', params: { captureId: capture.captureId } };
  return { entries, notes: entries.length === 0 ? [missing] : (ecg?.notes ?? []) };
}

function isDocument({ content: { kind } }: CaptureRecord): boolean {
  return kind !== 'measurement' && kind !== 'spirometryEffort';
}

function partiesOf(frame: Frame, devices: ActDevices, capture: CaptureRecord): ObservationParties {
  return {
    subject: frame.parties.patient,
    encounter: referenceTo(frame.encounter),
    performer: frame.parties.operator,
    device: devices.referenceOf(capture),
  };
}
