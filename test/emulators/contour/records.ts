import type { FrameText } from './frame.ts';

export type Unit = 'mg/dL' | 'mmol/L';

export type GlucoseResult = {
  readonly mgdl: number;
  /** Beyond the range of the meter: 20 to 600 mg/dL. */
  readonly outside?: '<' | '>';
  readonly control?: boolean;
  /** A after, B before a meal, F fasting; as the person marked it. */
  readonly meal?: 'A' | 'B' | 'F';
  /** Local time, to the minute: YYYYMMDDHHMM. */
  readonly at: string;
};

export const RESULTS: readonly GlucoseResult[] = [
  { mgdl: 93, meal: 'A', at: '201505261150' },
  { mgdl: 142, meal: 'B', at: '202611200715' },
  { mgdl: 20, outside: '<', at: '202611200930' },
  { mgdl: 600, outside: '>', at: '202611201240' },
  { mgdl: 127, control: true, at: '202611201300' },
  { mgdl: 68, at: '202611202359' },
  { mgdl: 99, meal: 'F', at: '202402290600' },
];

/** mmol/L as meters print it: one decimal, 18.016 mg/dL to the mmol. */
export function valueText(mgdl: number, unit: Unit): string {
  return unit === 'mg/dL' ? String(mgdl) : (mgdl / 18.016).toFixed(1);
}

export function resultRecord(index: number, result: GlucoseResult, unit: Unit): string {
  const marks = [
    result.outside,
    result.control === true ? 'C' : undefined,
    result.meal,
    'M0',
    'T1',
  ];
  const flags = marks.filter((mark) => mark !== undefined).join('/');
  const value = valueText(result.mgdl, unit);
  return `R|${index}|^^^Glucose|${value}|${unit}^P||${flags}||${result.at}`;
}

export const CONTOUR_SERIAL = '1611135';

/** Fields after the published header of a Contour Next; V holds the range, U the unit. */
export function headerRecord(count: number, unit: Unit, now: string): string {
  const product = `Bayer7350^01.14\\01.03\\04.18^7358-${CONTOUR_SERIAL}^0000-`;
  const unitCode = unit === 'mg/dL' ? 0 : 1;
  const settings = `A=1^C=00^G=en,fr\\en\\fr^I=0200^R=0^S=01^U=${unitCode}^V=20600^Z=1`;
  return `H|\\^&||qvqOi8|${product}|${settings}|${count}|||||P|1|${now}`;
}

/** Long records are continued in the next frame; `limit` is the most text a frame carries. */
function framesOf(record: string, limit: number): string[] {
  const text = `${record}\r`;
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += limit) parts.push(text.slice(at, at + limit));
  return parts;
}

/** The whole message: header, patient, order, results, terminator. Only the last frame ends in ETX. */
export function messageFrames(options: {
  readonly unit: Unit;
  readonly now: string;
  /** ASTM allows 240 characters. */
  readonly limit: number;
}): FrameText[] {
  const { unit, now, limit } = options;
  const results = RESULTS.map((result, i) => resultRecord(i + 1, result, unit));
  const records = [headerRecord(RESULTS.length, unit, now), 'P|1', 'O|1', ...results, 'L|1||N'];
  const texts = records.flatMap((record) => framesOf(record, limit));
  return texts.map((text, i) => ({ text, isLast: i === texts.length - 1 }));
}
