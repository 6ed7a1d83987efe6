import { ok, type Result } from '../../../contracts/faults.ts';
import { selectCaptures } from '../selection.ts';
import type { DocumentContext } from '../sources.ts';
import { sha1Base64 } from './document.ts';
import { bundleOf, entryOf, referenceTo } from './entry.ts';
import { type Frame, frameOf } from './frame.ts';
import { type Named, practitioner } from './people.ts';
import { provenanceEntry } from './provenance.ts';
import { SYSTEM } from './systems.ts';
import type { Entry, FhirDocument, Identifier, Reference } from './types.ts';
import { concept, instant, text } from './values.ts';

const TITLE = 'Compte rendu de télémédecine';

/**
 * The report of a closed act: its text and its PDF. Final when somebody signed it, preliminary when
 * nobody did.
 */
export function exportReportBundle(
  context: DocumentContext,
  pdf: Uint8Array,
): Result<FhirDocument> {
  const frame = frameOf(context);
  if (!frame.ok) {
    return frame;
  }
  const selected = selectCaptures(context, []);
  if (!selected.ok) {
    return selected;
  }
  const { places, parties, assembler } = frame.value;
  const signedBy = isSigned(context) ? (context.act.report?.signedBy ?? null) : null;
  const signer = signedBy === null ? null : practitioner(places, signedBy);
  const report = reportEntry(frame.value, context, signer, pdf);
  const provenance = provenanceEntry(places, context, [report], {
    assembler,
    operator: parties.operator,
    author: signer?.reference ?? null,
  });
  const entries = [...frame.value.entries, signer?.entry ?? null, report, provenance];
  return ok(bundleOf(entries, frame.value.notes));
}

function reportEntry(
  { places, parties, encounter }: Frame,
  { act, objectId }: DocumentContext,
  signer: Named | null,
  pdf: Uint8Array,
): Entry {
  const identifier: Identifier = { system: SYSTEM.report, value: objectId };
  const signedAt = act.report?.signedAt ?? null;
  const end = act.endedAt ?? act.startedAt;
  const performers = [signer?.reference ?? null, parties.operator];
  const resource = {
    resourceType: 'DiagnosticReport',
    identifier: [identifier],
    status: signer === null ? 'preliminary' : 'final',
    // LOINC 85208-7: report of telemedicine, as CI-SIS TLM-CR has it.
    code: concept(SYSTEM.loinc, '85208-7'),
    subject: parties.patient,
    encounter: referenceTo(encounter),
    effectivePeriod: { start: instant(act.startedAt), end: instant(end) },
    issued: instant(signedAt ?? end),
    performer: listed(performers),
    resultsInterpreter: signer === null ? undefined : [signer.reference],
    conclusion: text(act.report?.text),
    presentedForm: [attachmentOf(pdf, instant(signedAt ?? end))],
  };
  return entryOf(places, resource, identifier);
}

/** A name without a time, or a time without a name, is no signature. */
function isSigned({ act: { report } }: DocumentContext): boolean {
  return report !== null && report.signedBy !== null && report.signedAt !== null;
}

function listed(references: readonly (Reference | null)[]): Reference[] | undefined {
  const known = references.filter((reference) => reference !== null);
  return known.length === 0 ? undefined : known;
}

function attachmentOf(pdf: Uint8Array, creation: string): object {
  return {
    contentType: 'application/pdf',
    language: 'fr',
    data: Buffer.from(pdf).toString('base64'),
    size: pdf.length,
    hash: sha1Base64(pdf),
    title: TITLE,
    creation,
  };
}
