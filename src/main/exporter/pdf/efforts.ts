import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Measurement } from '../../../contracts/devices.ts';
import { MEASUREMENT_NAMES, type MeasurementName } from '../../../contracts/measurements.ts';
import { LABELS } from '../labels.ts';
import { heading, paragraph } from './blocks.ts';
import { COLOUR, type Paper } from './paper.ts';
import { type Cell, table } from './table.ts';
import { deviceName, figure, isDoubtful, remarksOf, type Tongue, unitOf } from './values.ts';

type Effort = {
  readonly title: string;
  readonly values: readonly Measurement[];
};

/** Efforts that stand beside each other in one table. */
const COLUMNS = 4;
const REMARK_SIZE = 8;

/** Spirometry: an effort a column, so that they are compared. */
export function drawEfforts(doc: Paper, captures: readonly CaptureRecord[], tongue: Tongue): void {
  const efforts = captures.flatMap(({ content }, _, all): Effort[] => {
    if (content.kind !== 'spirometryEffort') {
      return [];
    }
    const number = all.filter((one) => one.content.kind === 'spirometryEffort');
    const place = number.findIndex((one) => one.content === content) + 1;
    const title = `${LABELS[tongue.locale].effort} ${place}\n${tongue.dates.dateTime(content.takenAt)}`;
    return [{ title, values: content.values }];
  });
  if (efforts.length === 0) {
    return;
  }
  heading(doc, tongue.words.spirometry);
  for (let at = 0; at < efforts.length; at += COLUMNS) {
    drawTable(doc, efforts.slice(at, at + COLUMNS), tongue);
  }
}

function drawTable(doc: Paper, efforts: readonly Effort[], tongue: Tongue): void {
  const { locale, words } = tongue;
  const present = new Set(efforts.flatMap(({ values }) => values.map(({ name }) => name)));
  const names = MEASUREMENT_NAMES.filter((name) => present.has(name));
  const rows = names.map((name) => [
    { words: `${LABELS[locale].measurement[name]} (${unitIn(efforts, name)})` },
    ...efforts.map((effort) => cellOf(effort, name, tongue)),
  ]);
  const head = [words.parameter, ...efforts.map(({ title }) => title)];
  table(doc, [1.4, ...efforts.map(() => 1)], head, rows);
  for (const { title, values } of efforts) {
    const [first] = values;
    if (first !== undefined) {
      const device = deviceName(first.device, first.deviceId, words).replace('\n', ', ');
      const remarks = new Set(values.flatMap((value) => remarksOf(value, tongue)));
      const name = title.split('\n')[0] ?? '';
      paragraph(doc, `${name} : ${device} ; ${[...remarks].join(' ; ')}`, REMARK_SIZE);
    }
  }
}

function unitIn(efforts: readonly Effort[], name: MeasurementName): string {
  const found = efforts.flatMap(({ values }) => values).find((value) => value.name === name);
  return found === undefined ? '' : unitOf(found);
}

function cellOf({ values }: Effort, name: MeasurementName, { words }: Tongue): Cell {
  const value = values.find((one) => one.name === name);
  return value === undefined
    ? { words: '' }
    : {
        words: figure(value, words),
        style: { bold: true, colour: isDoubtful(value) ? COLOUR.doubt : COLOUR.ink },
      };
}
