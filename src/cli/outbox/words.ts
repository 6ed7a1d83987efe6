import type { DeliveryState, ObjectKind } from '../../contracts/outbox.ts';

export const STATE_WORDS: Readonly<Record<DeliveryState, string>> = {
  queued: 'en attente / waiting',
  claimed: 'en préparation / preparing',
  inFlight: 'en cours d’envoi / sending',
  done: 'envoyé / sent',
  refused: 'refusé / refused',
  quarantined: 'mis de côté / set aside',
};

export const KIND_WORDS: Readonly<Record<ObjectKind, string>> = {
  report: 'compte rendu / report',
  fhirBundle: 'données FHIR / FHIR data',
  dicomEcg: 'ECG DICOM',
  dicomImage: 'image DICOM',
  dicomAudio: 'son / sound DICOM',
  dicomPdf: 'PDF DICOM',
  clip: 'vidéo / video',
  recording: 'enregistrement / recording',
};

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const STEP = 1000;

/** Decimal units, three figures at most. */
export function sizeWords(bytes: number | null): string {
  if (bytes === null) {
    return '-';
  }
  let value = bytes;
  let at = 0;
  while (value >= STEP && at < STEPS.length - 1) {
    value /= STEP;
    at += 1;
  }
  const digits = at === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${STEPS[at]}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function ageWords(ms: number): string {
  const age = Math.max(0, ms);
  if (age < MINUTE) {
    return `${Math.floor(age / SECOND)} s`;
  }
  if (age < HOUR) {
    return `${Math.floor(age / MINUTE)} min`;
  }
  if (age < DAY) {
    const minutes = String(Math.floor((age % HOUR) / MINUTE)).padStart(2, '0');
    return `${Math.floor(age / HOUR)} h ${minutes}`;
  }
  return `${Math.floor(age / DAY)} j/d`;
}

/** Columns as wide as their widest cell; the last one is not padded. */
export function tableWords(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
