import { type Fault, fault } from '../../contracts/faults.ts';
import type { ImportReason } from './reasons.ts';
import type { ImportFormat } from './recording.ts';

/**
 * Why a file is not imported: code for the family of the problem, `reason` for the very one
 * (`scp.sectionChecksum`), which the user interface translates.
 */
export type Refusal = { readonly ok: false; readonly fault: Fault };

type Params = Readonly<Record<string, string | number>>;

/** The bytes contradict themselves or their checksum. */
export function damaged(format: ImportFormat, reason: ImportReason, more: Params = {}): Refusal {
  return { ok: false, fault: fault('IMPORT_DAMAGED', { format, reason, ...more }) };
}

/** Well formed, but made in a way that is not read here. */
export function unsupported(
  format: ImportFormat,
  reason: ImportReason,
  more: Params = {},
): Refusal {
  return { ok: false, fault: fault('IMPORT_UNSUPPORTED', { format, reason, ...more }) };
}

/** The file ends early, or its recording was never closed; `present` of `expected` are there. */
export function incomplete(format: ImportFormat, reason: ImportReason, more: Params = {}): Refusal {
  return { ok: false, fault: fault('IMPORT_INCOMPLETE', { format, reason, ...more }) };
}

export function unknownFormat(reason: ImportReason): Refusal {
  return { ok: false, fault: fault('IMPORT_UNKNOWN_FORMAT', { reason }) };
}
