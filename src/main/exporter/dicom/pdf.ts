import { failed, ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext } from '../sources.ts';
import type { Dataset } from './attributes.ts';
import { code } from './codes.ts';
import { boundTo, frameObject } from './frame.ts';
import type { DicomDocument, DicomOptions, ExportNote, PdfSource, Say } from './types.ts';
import { text } from './values.ts';

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const CHARIOT = { deviceId: null, identity: null, browserDevice: null };

/** A document as Encapsulated PDF (PS3.3 A.45.1). */
export function pdfDocument(
  { pdf, title, madeAt, concept }: PdfSource,
  context: DocumentContext,
  options: DicomOptions,
): Result<DicomDocument> {
  const bound = boundTo([], context);
  if (!bound.ok) {
    return bound;
  }
  if (String.fromCharCode(...pdf.subarray(0, 5)) !== '%PDF-') {
    return failed('EXPORT_SOURCE_DAMAGED');
  }
  const notes: ExportNote[] = [];
  const say: Say = (note) => void notes.push(note);
  const meaning = text('LO', concept.display, 'CodeMeaning', say) || concept.code;
  const isSigned = context.act.report?.signedAt != null;
  const frame = {
    sopClassUid: ENCAPSULATED_PDF,
    modality: 'DOC',
    origin: CHARIOT,
    isEnhanced: false,
    acquiredAt: madeAt,
    createdAt: madeAt,
    operator: null,
  } as const;
  const content: Dataset = {
    Manufacturer: 'Chariot',
    // WSD, workstation: made from what was examined, not scanned.
    ConversionType: 'WSD',
    BurnedInAnnotation: 'YES',
    RecognizableVisualFeatures: 'YES',
    DocumentTitle: text('ST', title, 'DocumentTitle', say),
    ConceptNameCodeSequence: [code(concept.code, 'LN', meaning)],
    VerificationFlag: isSigned ? 'VERIFIED' : 'UNVERIFIED',
    MIMETypeOfEncapsulatedDocument: 'application/pdf',
    EncapsulatedDocumentLength: pdf.length,
    EncapsulatedDocument: pdf,
  };
  return ok(frameObject(context, options, frame, () => content, notes));
}
