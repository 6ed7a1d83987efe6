import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { DeviceIdentity, Measurement } from '../../../contracts/devices.ts';
import { MEASUREMENTS } from '../../../contracts/measurements.ts';
import type { Locale } from '../../../contracts/settings.ts';
import { LABELS } from '../labels.ts';
import { type Reading, readingsOf, type Value, valuesOf } from '../readings.ts';
import type { LocalDates } from './localDates.ts';
import { COLOUR } from './paper.ts';
import type { Cell } from './table.ts';
import type { Words } from './words.ts';

/** UCUM as people write it. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: '°C',
  'mm[Hg]': 'mmHg',
  'kg/m2': 'kg/m²',
  kOhm: 'kΩ',
};
const NONE = '—';

export type Tongue = {
  readonly locale: Locale;
  readonly words: Words;
  readonly dates: LocalDates;
};

/** Rows of the table of values: measure, value, time, device, remarks. Efforts have their own. */
export function valueRows(captures: readonly CaptureRecord[], tongue: Tongue): Cell[][] {
  const single = captures.filter(({ content }) => content.kind === 'measurement');
  return readingsOf(valuesOf(single)).map((reading) => rowOf(reading, tongue));
}

function rowOf(reading: Reading, tongue: Tongue): Cell[] {
  const values: readonly [Value, ...Value[]] =
    reading.kind === 'single' ? [reading.value] : reading.values;
  const [{ value: first, capture }] = values;
  const labels = LABELS[tongue.locale];
  const name = reading.kind === 'single' ? labels.measurement[first.name] : labels.bloodPressure;
  const site = first.site === null ? '' : `\n${first.site}`;
  const doubtful = values.some(({ value }) => isDoubtful(value));
  const colour = doubtful ? COLOUR.doubt : COLOUR.ink;
  const remarks = new Set(values.flatMap(({ value }) => remarksOf(value, tongue)));
  return [
    { words: `${name}${site}` },
    { words: figureOf(reading, tongue), style: { bold: true, colour } },
    { words: tongue.dates.dateTime(first.time) },
    { words: deviceName(first.device, capture.provenance.deviceId, tongue.words) },
    {
      words: [...remarks].join(' ; '),
      style: { size: 8, colour: doubtful ? colour : COLOUR.muted },
    },
  ];
}

function figureOf(reading: Reading, { words }: Tongue): string {
  if (reading.kind === 'single') {
    const { value } = reading.value;
    return `${figure(value, words)} ${unitOf(value)}`;
  }
  const part = (name: Measurement['name']): string => {
    const found = reading.values.find(({ value }) => value.name === name);
    return found === undefined ? NONE : figure(found.value, words);
  };
  const pair = `${part('systolicPressure')} / ${part('diastolicPressure')}`;
  const mean = reading.values.some(({ value }) => value.name === 'meanPressure')
    ? ` (${part('meanPressure')})`
    : '';
  return `${pair}${mean} ${unitOf(reading.values[0].value)}`;
}

/** What is not valid is never printed as a number. */
export function figure({ name, value, unit, quality }: Measurement, { decimal }: Words): string {
  if (value === null || quality === 'invalid') {
    return NONE;
  }
  // Meters show whole mg/dL; the table's decimal is that of mmol/L.
  const decimals = name === 'glucose' && unit === 'mg/dL' ? 0 : MEASUREMENTS[name].decimals;
  return value.toFixed(decimals).replace('.', decimal);
}

export function unitOf({ unit }: Measurement): string {
  return UNITS[unit] ?? unit;
}

export function isDoubtful({ quality, flags, calibration }: Measurement): boolean {
  const isCalibrationBad = calibration.state === 'overdue' || calibration.state === 'failed';
  return quality !== 'good' || flags.length > 0 || isCalibrationBad;
}

/** All that is to be known of a value beside its figure. */
export function remarksOf(value: Measurement, { locale, words, dates }: Tongue): string[] {
  const labels = LABELS[locale];
  const { quality, flags, origin, deviceTime, calibration } = value;
  const due =
    calibration.dueDate === null
      ? ''
      : ` (${words.calibratedUntil} ${dates.day(calibration.dueDate)})`;
  return [
    ...(quality === 'good' ? [] : [labels.quality[quality]]),
    ...flags.map((flag) => labels.flag[flag]),
    ...(origin === 'stored' ? [labels.stored] : []),
    ...(deviceTime === null ? [] : [`${labels.deviceTime} ${deviceTime.replace('T', ' ')}`]),
    `${labels.calibration[calibration.state]}${due}`,
  ];
}

export function deviceName(
  identity: DeviceIdentity | null,
  deviceId: string | null,
  words: Words,
): string {
  if (identity === null) {
    return deviceId ?? words.noDevice;
  }
  const { manufacturer, model, serialNumber } = identity;
  const name = `${manufacturer} ${model}`.trim();
  return serialNumber === null ? name : `${name}\n${words.serial} ${serialNumber}`;
}
