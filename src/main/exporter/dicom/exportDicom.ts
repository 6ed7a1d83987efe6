import { ok, type Result } from '../../../contracts/faults.ts';
import type { DocumentContext } from '../sources.ts';
import { ecgDocument } from './ecg.ts';
import { encodeFile } from './encoder.ts';
import { pdfDocument } from './pdf.ts';
import { pictureDocument } from './picture.ts';
import { soundDocument } from './sound.ts';
import type { DicomDocument, DicomObject, DicomOptions, DicomSource } from './types.ts';

/**
 * What was captured, as a DICOM file. Pure: the same source, context and options give the same
 * bytes, at every attempt and on every machine.
 */
export function exportDicom(
  source: DicomSource,
  context: DocumentContext,
  options: DicomOptions = {},
): Result<DicomObject> {
  const document = describeDicom(source, context, options);
  if (!document.ok) {
    return document;
  }
  const { dataset: _, ...named } = document.value;
  return ok({ ...named, bytes: encodeFile(document.value, context.software) });
}

/** The same, not written yet. */
export function describeDicom(
  source: DicomSource,
  context: DocumentContext,
  options: DicomOptions,
): Result<DicomDocument> {
  switch (source.kind) {
    case 'ecg':
      return ecgDocument(source, context, options);
    case 'sound':
      return soundDocument(source.capture, source.sound, context, options);
    case 'picture':
      return pictureDocument(source.capture, source.picture, context, options);
    case 'pdf':
      break;
  }
  return pdfDocument(source, context, options);
}
