import type { ObjectKind } from '../../contracts/outbox.ts';

export const EXPORT_KINDS = ['dicom-ecg', 'dicom-image', 'fhir', 'pdf'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** The object of the outbox that such a document is: both have the same identity. */
export const OBJECT_OF: Readonly<Record<ExportKind, ObjectKind>> = {
  'dicom-ecg': 'dicomEcg',
  'dicom-image': 'dicomImage',
  fhir: 'fhirBundle',
  pdf: 'dicomPdf',
};
