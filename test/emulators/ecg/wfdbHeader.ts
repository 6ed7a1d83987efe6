/**
 * WFDB header files: https://physionet.org/physiotools/wag/header-5.htm (record line, then one line
 * a signal; `#` starts a comment).
 */
export class WfdbError extends Error {
  override readonly name = 'WfdbError';
}

export type WfdbSignal = {
  readonly file: string;
  readonly format: 16 | 212;
  readonly byteOffset: number;
  readonly adcUnitsPerUnit: number;
  readonly baseline: number;
  readonly unit: string;
  /** Sum of all samples, 16 bits; undefined when the header does not give one. */
  readonly checksum: number | undefined;
  readonly name: string;
};

export type WfdbHeader = {
  readonly rateHz: number;
  /** Samples a signal; undefined when the header leaves it to the size of the file. */
  readonly length: number | undefined;
  readonly signals: readonly WfdbSignal[];
};

const DEFAULT_ADC_UNITS_PER_MV = 200;

function parseFormat(text: string, name: string): { format: 16 | 212; byteOffset: number } {
  const match = /^(\d+)(x\d+)?(:\d+)?(?:\+(\d+))?$/.exec(text);
  const format = Number(match?.[1]);
  if (format !== 16 && format !== 212) {
    throw new WfdbError(`signal ${name}: format ${text} is not supported (16 and 212 are)`);
  }
  if ((match?.[2] ?? 'x1') !== 'x1' || (match?.[3] ?? ':0') !== ':0') {
    throw new WfdbError(`signal ${name}: several samples a frame or skew (${text}) not supported`);
  }
  return { format, byteOffset: Number(match?.[4] ?? 0) };
}

function parseSignal(line: string): WfdbSignal {
  const [file, formatText, gainText = '0', , zeroText = '0', , checksum, , ...rest] =
    line.split(/\s+/);
  const name = rest.join(' ');
  if (file === undefined || formatText === undefined) {
    throw new WfdbError(`signal line "${line}" has no file or no format`);
  }
  const gain = /^([-+.\deE]+)(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(gainText);
  if (gain === null) throw new WfdbError(`signal ${name}: gain "${gainText}" cannot be read`);
  return {
    file,
    ...parseFormat(formatText, name),
    adcUnitsPerUnit: Number(gain[1]) || DEFAULT_ADC_UNITS_PER_MV,
    baseline: Number(gain[2] ?? zeroText),
    unit: gain[3] ?? 'mV',
    checksum: checksum === undefined ? undefined : Number(checksum) & 0xffff,
    name,
  };
}

/** Reads a header's text; throws `WfdbError` with a plain sentence for what it does not support. */
export function parseWfdbHeader(text: string): WfdbHeader {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [record = '', count = '', rate = '250', length] = (lines[0] ?? '').split(/\s+/);
  if (record.includes('/')) throw new WfdbError('records of several segments are not supported');
  const signalCount = Number(count);
  const rateHz = Number.parseFloat(rate);
  if (!(signalCount > 0) || !(rateHz > 0) || lines.length <= signalCount) {
    throw new WfdbError('the first line of the header, or the number of signal lines, is wrong');
  }
  const declared = Number(length ?? 0);
  return {
    rateHz,
    length: declared > 0 ? declared : undefined,
    signals: lines.slice(1, 1 + signalCount).map(parseSignal),
  };
}
