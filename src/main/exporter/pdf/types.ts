import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { DocumentContext, Picture, Signal } from '../sources.ts';

/** Font files, OpenType: what a report is printed with goes with it. */
export type ReportFonts = { readonly regular: Uint8Array; readonly bold: Uint8Array };

export type ReportSource = {
  readonly context: Omit<DocumentContext, 'objectId'>;
  readonly captures: readonly CaptureRecord[];
  /** By captureId, already small; a still without one is listed without a picture. */
  readonly thumbnails: ReadonlyMap<string, Picture>;
  /** By captureId; an ECG without one says that its tracing is not available. */
  readonly tracings: ReadonlyMap<string, Signal>;
};

/** More pictures than these are listed by their names. */
export const MAX_THUMBNAILS = 12;
