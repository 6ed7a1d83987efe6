import type { Result } from '../../contracts/faults.ts';
import { parseAecg } from './aecg/parseAecg.ts';
import { looksLikeXml } from './aecg/text.ts';
import { looksLikeDicom } from './dicom/dataset.ts';
import { parseDicomEcg } from './dicom/parseDicomEcg.ts';
import { looksLikeEdf } from './edf/header.ts';
import { parseEdf } from './edf/parseEdf.ts';
import type { ImportedRecording } from './recording.ts';
import { unknownFormat } from './refusal.ts';
import { looksLikeScp, parseScp } from './scp/parseScp.ts';

type Parse = (bytes: Uint8Array) => Result<ImportedRecording>;

/** Told apart by their first bytes; the name decides only about a file that begins oddly. */
const FORMATS: readonly {
  readonly looksRight: (bytes: Uint8Array) => boolean;
  readonly extension: RegExp;
  readonly parse: Parse;
}[] = [
  { looksRight: looksLikeScp, extension: /\.scp$/i, parse: parseScp },
  { looksRight: looksLikeDicom, extension: /\.dcm$/i, parse: parseDicomEcg },
  { looksRight: looksLikeEdf, extension: /\.(?:edf|bdf)$/i, parse: parseEdf },
  { looksRight: looksLikeXml, extension: /\.xml$/i, parse: parseAecg },
];

/**
 * Reads an ECG file whole, or says why not.
 * @param fileName for its extension only; it is neither opened nor kept.
 * @returns faults IMPORT_UNKNOWN_FORMAT, IMPORT_DAMAGED, IMPORT_UNSUPPORTED, IMPORT_INCOMPLETE,
 *   with `params.reason`. Never throws, whatever the bytes.
 */
export function importFile(bytes: Uint8Array, fileName: string): Result<ImportedRecording> {
  if (bytes.length === 0) {
    return unknownFormat('import.empty');
  }
  const format =
    FORMATS.find(({ looksRight }) => looksRight(bytes)) ??
    FORMATS.find(({ extension }) => extension.test(fileName));
  return format === undefined ? unknownFormat('import.signature') : format.parse(bytes);
}
