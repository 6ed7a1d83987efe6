import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type EcgSource, MEASURED_LEADS } from './leads.ts';
import { resample } from './resample.ts';
import { parseWfdbHeader, WfdbError, type WfdbHeader, type WfdbSignal } from './wfdbHeader.ts';

export { WfdbError } from './wfdbHeader.ts';

export type WfdbRecord = {
  readonly name: string;
  readonly rateHz: number;
  /** Microvolts by signal name as the header spells it. */
  readonly signals: ReadonlyMap<string, Float64Array>;
};

// What the WFDB formats use for "no sample"; shown as the sample before it.
const INVALID = { 16: -32768, 212: -2048 } as const;
const UV_PER_UNIT: Readonly<Record<string, number>> = { V: 1e6, mV: 1e3, uV: 1, µV: 1 };

function readBytes(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new WfdbError(`${what} ${path} cannot be read`);
  }
}

/** Format 16: little-endian 16-bit, one after the other. */
function unpack16(bytes: Buffer): Int32Array {
  const out = new Int32Array(bytes.length >> 1);
  for (let i = 0; i < out.length; i += 1) out[i] = bytes.readInt16LE(2 * i);
  return out;
}

/** Format 212: two 12-bit samples in three bytes, the middle byte holds both high halves. */
function unpack212(bytes: Buffer): Int32Array {
  const pairs = Math.floor(bytes.length / 3);
  const odd = bytes.length % 3 === 2 ? 1 : 0;
  const out = new Int32Array(2 * pairs + odd);
  for (let i = 0; i < out.length; i += 1) {
    const start = 3 * (i >> 1);
    const middle = bytes[start + 1] ?? 0;
    const low = bytes[i % 2 === 0 ? start : start + 2] ?? 0;
    const high = i % 2 === 0 ? middle & 0x0f : middle >> 4;
    out[i] = (((high << 8) | low) << 20) >> 20;
  }
  return out;
}

function toMicrovolts(raw: Int32Array, signal: WfdbSignal): Float64Array {
  const scale = UV_PER_UNIT[signal.unit];
  if (scale === undefined) {
    throw new WfdbError(`signal ${signal.name} is in ${signal.unit}, not in volts`);
  }
  const invalid = INVALID[signal.format];
  const out = new Float64Array(raw.length);
  let previous = 0;
  for (const [i, value] of raw.entries()) {
    if (value !== invalid) previous = ((value - signal.baseline) / signal.adcUnitsPerUnit) * scale;
    out[i] = previous;
  }
  return out;
}

function checkSum(raw: Int32Array, signal: WfdbSignal): void {
  let sum = 0;
  for (const value of raw) sum = (sum + value) & 0xffff;
  if (signal.checksum !== undefined && sum !== signal.checksum) {
    throw new WfdbError(`signal ${signal.name}: ${signal.file} does not match its checksum`);
  }
}

function readFileSignals(folder: string, file: string, header: WfdbHeader) {
  const members = header.signals.filter((signal) => signal.file === file);
  const first = members[0];
  if (first === undefined) return [];
  const bytes = readBytes(join(folder, file), 'signal file').subarray(first.byteOffset);
  const all = first.format === 16 ? unpack16(bytes) : unpack212(bytes);
  const available = Math.floor(all.length / members.length);
  const length = header.length ?? available;
  if (available < length) {
    throw new WfdbError(`${file} holds ${available} samples a signal, the header says ${length}`);
  }
  return members.map((signal, index) => {
    const raw = Int32Array.from({ length }, (_, n) => all[n * members.length + index] ?? 0);
    checkSum(raw, signal);
    return [signal.name, toMicrovolts(raw, signal)] as const;
  });
}

/**
 * Reads a record (path without extension): header and every signal file, each signal verified
 * against its checksum. Throws `WfdbError` with a plain sentence for missing or damaged files and
 * formats other than 16 and 212.
 */
export function readWfdbRecord(path: string): WfdbRecord {
  const header = parseWfdbHeader(readBytes(`${path}.hea`, 'WFDB header').toString('latin1'));
  const files = [...new Set(header.signals.map((signal) => signal.file))];
  const entries = files.flatMap((file) => readFileSignals(dirname(path), file, header));
  return { name: basename(path), rateHz: header.rateHz, signals: new Map(entries) };
}

/**
 * The record as a heart that beats for ever: leads I, II, V1..V6 (any case), resampled to `rateHz`
 * (see `resample`), looped. Between two samples the value is interpolated on a line; at a multiple
 * of 1/rateHz it is the sample itself. Throws `WfdbError` when a lead is missing.
 */
export function createRecordSource(record: WfdbRecord, rateHz = 250): EcgSource {
  const byName = new Map([...record.signals].map(([name, v]) => [name.toLowerCase(), v]));
  const missing = MEASURED_LEADS.filter((lead) => !byName.has(lead.toLowerCase()));
  if (missing.length > 0) {
    const present = [...record.signals.keys()].join(', ');
    throw new WfdbError(`record ${record.name} has no ${missing.join(', ')}; it has ${present}`);
  }
  const leads = MEASURED_LEADS.map((lead) =>
    resample(byName.get(lead.toLowerCase()) ?? new Float64Array(0), record.rateHz, rateHz),
  );
  const length = leads[0]?.length ?? 0;
  if (length === 0) throw new WfdbError(`record ${record.name} is empty`);
  return {
    description: `record ${record.name}`,
    generated: false,
    at: (t, out) => {
      const position = t * rateHz;
      const nearest = Math.round(position);
      // n/rateHz times rateHz is not always n: on the grid the sample itself is meant.
      const isOnGrid = Math.abs(position - nearest) < 1e-6;
      const index = isOnGrid ? nearest : Math.floor(position);
      const fraction = isOnGrid ? 0 : position - index;
      for (const [lead, samples] of leads.entries()) {
        const here = samples[index % length] ?? 0;
        const next = samples[(index + 1) % length] ?? 0;
        out[lead] = here + fraction * (next - here);
      }
    },
  };
}
