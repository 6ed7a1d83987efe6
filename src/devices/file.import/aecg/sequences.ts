import { isoFromCompact } from '../bytes.ts';
import { leadByCode } from '../leads.ts';
import type { ImportedChannel } from '../recording.ts';
import { damaged, type Refusal, unsupported } from '../refusal.ts';
import { microvoltsPer } from '../units.ts';
import { readDigits } from './digits.ts';
import { attributeOf, find, findAll, type XmlElement } from './xml.ts';

/** The time axis of a sequence set: `head` is a moment (ISO) or milliseconds. */
export type TimeAxis = {
  readonly head: { readonly at: string } | { readonly ms: number };
  readonly incrementMs: number;
};

export type SequenceLead = { readonly channel: ImportedChannel; readonly isEcg: boolean };

export type SequenceSet = {
  readonly time: TimeAxis;
  readonly leads: readonly SequenceLead[];
};

const MAX_NAME = 64;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 0.001 };
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** @returns NaN when the text is no decimal number. */
export function decimal(text: string): number {
  return DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
}

/** @returns a duration in ms out of a PQ element; NaN when it is none. */
export function durationMs(element: XmlElement | undefined): number {
  const unit = attributeOf(element, 'unit') || 's';
  return decimal(attributeOf(element, 'value')) * (MILLISECONDS[unit] ?? Number.NaN);
}

/** Reads one sequence set: one time sequence and any number of leads as long as each other. */
export function readSequenceSet(set: XmlElement): { ok: true; value: SequenceSet } | Refusal {
  const sequences = findAll(set, 'component/sequence');
  const isTime = (sequence: XmlElement): boolean =>
    attributeOf(find(sequence, 'code'), 'code').startsWith('TIME_');
  const times = sequences.filter(isTime);
  const time = times.length === 1 && times[0] !== undefined ? readTime(times[0]) : null;
  if (time === null) {
    return unsupported('aecg', 'aecg.timeSequence');
  }
  const leads: SequenceLead[] = [];
  for (const sequence of sequences.filter((other) => !isTime(other))) {
    const lead = readLead(sequence);
    if (!lead.ok) {
      return lead;
    }
    leads.push(lead.value);
  }
  const length = leads[0]?.channel.samples.length ?? 0;
  if (length === 0 || leads.some(({ channel }) => channel.samples.length !== length)) {
    return damaged('aecg', length === 0 ? 'aecg.noSamples' : 'aecg.lengths');
  }
  return { ok: true, value: { time, leads } };
}

/** GLIST_TS and GLIST_PQ: a head and a constant increment. */
function readTime(sequence: XmlElement): TimeAxis | null {
  const value = find(sequence, 'value');
  const head = find(value, 'head');
  const incrementMs = durationMs(find(value, 'increment'));
  if (!(incrementMs > 0)) {
    return null;
  }
  const type = attributeOf(value, 'type');
  if (type === 'GLIST_TS') {
    const at = isoFromCompact(attributeOf(head, 'value'));
    return at === null ? null : { head: { at }, incrementMs };
  }
  const ms = durationMs(head);
  return type === 'GLIST_PQ' && Number.isFinite(ms) ? { head: { ms }, incrementMs } : null;
}

/** SLIST_PQ: value = origin + digit * scale. */
function readLead(sequence: XmlElement): { ok: true; value: SequenceLead } | Refusal {
  const code = attributeOf(find(sequence, 'code'), 'code').trim();
  const value = find(sequence, 'value');
  const more = { lead: /^\w{1,40}$/.test(code) ? code : '' };
  if (attributeOf(value, 'type') !== 'SLIST_PQ') {
    return unsupported('aecg', 'aecg.sequenceType', more);
  }
  const scale = readPhysical(find(value, 'scale'));
  const origin = readPhysical(find(value, 'origin'));
  if (scale === null || origin === null || scale.value === 0 || scale.unit !== origin.unit) {
    return damaged('aecg', 'aecg.scale', more);
  }
  const samples = readDigits(find(value, 'digits')?.text ?? '');
  if (samples === null) {
    return unsupported('aecg', 'aecg.digitsNotInteger', more);
  }
  const lead = leadByCode(code);
  const isEcg = /^MDC_ECG_\w{1,40}$/.test(code);
  if (isEcg && scale.unit !== 'uV') {
    return unsupported('aecg', 'aecg.unit', more);
  }
  const channel = {
    name: lead?.name ?? code.slice(0, MAX_NAME),
    code: lead?.code ?? (isEcg ? code : null),
    derived: lead?.derived ?? false,
    unit: scale.unit,
    scale: scale.value,
    offset: origin.value,
    skewMs: 0,
    samples,
    missing: [],
  };
  return { ok: true, value: { channel, isEcg } };
}

/** A PQ, voltages in uV. */
function readPhysical(element: XmlElement | undefined): { value: number; unit: string } | null {
  const value = decimal(attributeOf(element, 'value'));
  const unit = attributeOf(element, 'unit');
  const factor = microvoltsPer(unit);
  if (!Number.isFinite(value)) {
    return null;
  }
  return factor === undefined ? { value, unit } : { value: value * factor, unit: 'uV' };
}
