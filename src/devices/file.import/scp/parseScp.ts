import type { Result } from '../../../contracts/faults.ts';
import { latin1, viewOf } from '../bytes.ts';
import type { ImportedRecording, ImportedStream } from '../recording.ts';
import { damaged, type Refusal, unsupported } from '../refusal.ts';
import { readHeader } from './header.ts';
import { type HuffmanTable, readTables } from './huffman.ts';
import { readLeads } from './leadSection.ts';
import { readStreams } from './rhythm.ts';
import { readSections, type ScpSections } from './sections.ts';

const SECTION = { header: 1, huffman: 2, leads: 3, rhythm: 6 } as const;
/** QRS places and the reference beat: only a rhythm of which the beat was subtracted needs them. */
const REFERENCE_BEAT_SECTIONS = [4, 5];
const READ: ReadonlySet<number> = new Set([...Object.values(SECTION), ...REFERENCE_BEAT_SECTIONS]);

/**
 * The mark of section 0; protocols before 1.3 had none, but their size and section number fit.
 * Detection only: the checksums decide.
 */
export function looksLikeScp(bytes: Uint8Array): boolean {
  if (bytes.length < 22) {
    return false;
  }
  const view = viewOf(bytes);
  const isSized = view.getUint32(2, true) === bytes.length && view.getUint16(8, true) === 0;
  return isSized || latin1(bytes.subarray(16, 22)) === 'SCPECG';
}

/**
 * SCP-ECG (EN 1064, ISO 11073-91064), protocols 1.x and 2.x: values, first and second
 * differences, without codes, with the default Huffman table or with the file's own.
 * Refused: bimodal compression and reference beat subtraction, neither of which could be proved
 * against a real file.
 */
export function parseScp(bytes: Uint8Array): Result<ImportedRecording> {
  const sections = readSections(bytes);
  if (!sections.ok) {
    return sections;
  }
  const header = readHeader(sections.value.get(SECTION.header) ?? new Uint8Array());
  if (!header.ok) {
    return header;
  }
  const streams = readWaveforms(sections.value);
  if (!streams.ok) {
    return streams;
  }
  const warnings = warningsOf(sections.value, streams.value);
  const value = { format: 'scp-ecg', ...header.value, warnings, streams: streams.value } as const;
  return { ok: true, value: { ...value, annotations: [] } };
}

function readWaveforms(
  sections: ScpSections,
): { ok: true; value: readonly ImportedStream[] } | Refusal {
  const rhythm = sections.get(SECTION.rhythm);
  const leadBody = sections.get(SECTION.leads);
  if (rhythm === undefined) {
    return unsupported('scp-ecg', 'scp.noRhythm', { section: SECTION.rhythm });
  }
  if (leadBody === undefined) {
    return damaged('scp-ecg', 'scp.leads', { section: SECTION.leads });
  }
  const leads = readLeads(leadBody);
  if (!leads.ok) {
    return leads;
  }
  const tables = tablesOf(sections.get(SECTION.huffman));
  return tables.ok ? readStreams(rhythm, leads.value, tables.value) : tables;
}

function tablesOf(
  body: Uint8Array | undefined,
): { ok: true; value: readonly HuffmanTable[] | null } | Refusal {
  return body === undefined ? { ok: true, value: null } : readTables(body);
}

function warningsOf(sections: ScpSections, streams: readonly ImportedStream[]): string[] {
  const skipped = [...sections]
    .filter(([id, body]) => !READ.has(id) && body.length > 0)
    .map(([id]) => `scp.sectionNotImported:${id}`);
  const nameless = streams
    .flatMap((stream) => stream.channels)
    .filter((channel) => channel.code === null)
    .map((channel) => `scp.unknownLead:${channel.name}`);
  return [...skipped, ...nameless];
}
