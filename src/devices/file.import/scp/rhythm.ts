import { viewOf } from '../bytes.ts';
import { leadByNumber } from '../leads.ts';
import type { ImportedChannel, ImportedStream } from '../recording.ts';
import { damaged, type Refusal, unsupported } from '../refusal.ts';
import { decodeHuffman, type HuffmanTable } from './huffman.ts';
import type { ScpLeads } from './leadSection.ts';

const HEADER_BYTES = 6;
const NANOVOLTS_PER_MICROVOLT = 1000;
const MICROSECONDS = 1_000_000;
const MAX_INT32 = 2 ** 31 - 1;

/** Section 6 as it stands: what every lead shares, and each lead's bytes. */
type Rhythm = {
  readonly nanovoltsPerCount: number;
  readonly sampleMicroseconds: number;
  /** 0 values, 1 first differences, 2 second differences. */
  readonly differences: number;
  readonly data: readonly Uint8Array[];
};

function readRhythm(body: Uint8Array, leads: number): { ok: true; value: Rhythm } | Refusal {
  const dataAt = HEADER_BYTES + 2 * leads;
  if (body.length < dataAt) {
    return damaged('scp-ecg', 'scp.rhythmHeader', { section: 6 });
  }
  const view = viewOf(body);
  const differences = view.getUint8(4);
  if (view.getUint8(5) !== 0) {
    return unsupported('scp-ecg', 'scp.bimodal', { section: 6 });
  }
  const nanovoltsPerCount = view.getUint16(0, true);
  const sampleMicroseconds = view.getUint16(2, true);
  if (differences > 2 || nanovoltsPerCount === 0 || sampleMicroseconds === 0) {
    return damaged('scp-ecg', 'scp.rhythmHeader', { section: 6 });
  }
  const data: Uint8Array[] = [];
  let at = dataAt;
  for (let lead = 0; lead < leads; lead++) {
    const end = at + view.getUint16(HEADER_BYTES + 2 * lead, true);
    if (end > body.length) {
      return damaged('scp-ecg', 'scp.rhythmLength', { section: 6 });
    }
    data.push(body.subarray(at, end));
    at = end;
  }
  return { ok: true, value: { nanovoltsPerCount, sampleMicroseconds, differences, data } };
}

/** Without section 2 the values are 16 bit numbers; two bytes make one. */
function readInt16(bytes: Uint8Array, count: number): Int32Array | null {
  if (bytes.length !== count * 2) {
    return null;
  }
  const view = viewOf(bytes);
  const values = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    values[index] = view.getInt16(index * 2, true);
  }
  return values;
}

/**
 * Turns differences into samples, in place. The first value (or the first two) of a lead is
 * stored as it is. @returns null when a sample leaves 32 bits.
 */
function integrate(values: Int32Array, differences: number): Int32Array | null {
  for (let index = differences; index < values.length; index++) {
    const before = differences === 0 ? 0 : (values[index - 1] ?? 0);
    const slope = differences === 2 ? before - (values[index - 2] ?? 0) : 0;
    const value = (values[index] ?? 0) + before + slope;
    if (Math.abs(value) > MAX_INT32) {
      return null;
    }
    values[index] = value;
  }
  return values;
}

function channelOf(number: number, scale: number, samples: Int32Array): ImportedChannel {
  const lead = leadByNumber(number);
  return {
    name: lead?.name ?? `lead ${number}`,
    code: lead?.code ?? null,
    derived: lead?.derived ?? false,
    unit: 'uV',
    scale,
    offset: 0,
    skewMs: 0,
    samples,
    missing: [],
  };
}

type Group = { readonly start: number; readonly channels: ImportedChannel[] };

/**
 * Section 6 as streams: leads that were sampled over the same time are one stream, so that a
 * machine which wrote three leads after three others gives one stream a group.
 * @param tables null where the file has no section 2.
 */
export function readStreams(
  body: Uint8Array,
  leads: ScpLeads,
  tables: readonly HuffmanTable[] | null,
): { ok: true; value: readonly ImportedStream[] } | Refusal {
  const rhythm = readRhythm(body, leads.length);
  if (!rhythm.ok) {
    return rhythm;
  }
  const { nanovoltsPerCount, sampleMicroseconds, differences, data } = rhythm.value;
  const groups = new Map<string, Group>();
  for (const [index, lead] of leads.entries()) {
    const bytes = data[index] ?? new Uint8Array();
    const count = lead.last - lead.first + 1;
    const values = tables === null ? readInt16(bytes, count) : decodeHuffman(bytes, tables, count);
    const samples = values === null ? null : integrate(values, differences);
    if (samples === null) {
      return damaged('scp-ecg', 'scp.leadData', { section: 6, lead: index + 1 });
    }
    const key = `${lead.first}..${lead.last}`;
    const group = groups.get(key) ?? { start: lead.first, channels: [] };
    const scale = nanovoltsPerCount / NANOVOLTS_PER_MICROVOLT;
    group.channels.push(channelOf(lead.number, scale, samples));
    groups.set(key, group);
  }
  const value = [...groups.values()].map((group) => streamOf(group, sampleMicroseconds));
  return { ok: true, value };
}

function streamOf({ start, channels }: Group, sampleMicroseconds: number): ImportedStream {
  return {
    name: 'rhythm',
    kind: 'ecg',
    origin: 'original',
    rateHz: MICROSECONDS / sampleMicroseconds,
    startMs: ((start - 1) * sampleMicroseconds) / 1000,
    channels,
    gaps: [],
  };
}
