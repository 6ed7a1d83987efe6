import { encode } from 'fast-png';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { LABELS } from '../labels.ts';
import type { Picture } from '../sources.ts';
import { heading } from './blocks.ts';
import { bodyWidth, COLOUR, heightOf, MARGIN, MM, need, type Paper, put } from './paper.ts';
import { type Cell, table } from './table.ts';
import { MAX_THUMBNAILS, type ReportSource } from './types.ts';
import { deviceName, type Tongue } from './values.ts';

const PER_ROW = 3;
const GAP = 5 * MM;
const PICTURE_HEIGHT = 40 * MM;
const CAPTION = { size: 8 } as const;
const MS = 1000;
/** Of compression: little more than the smallest, in half the time. */
const LEVEL = 2;

/** Everything but values: pictures as such, what cannot be printed by its name. */
export function drawCaptures(
  doc: Paper,
  captures: readonly CaptureRecord[],
  { thumbnails, tracings }: Pick<ReportSource, 'thumbnails' | 'tracings'>,
  tongue: Tongue,
): void {
  const shown = captures.filter(
    ({ content: { kind } }) => kind !== 'measurement' && kind !== 'spirometryEffort',
  );
  const stills = shown
    .filter(({ captureId }) => thumbnails.has(captureId))
    .slice(0, MAX_THUMBNAILS);
  const others = shown.filter((capture) => !stills.includes(capture));
  if (shown.length === 0) {
    return;
  }
  heading(doc, tongue.words.captures);
  if (others.length > 0) {
    const rows = others.map((capture) => rowOf(capture, tracings.has(capture.captureId), tongue));
    table(doc, [34, 26, 52, 66], tongue.words.captureColumns, rows);
    doc.y += 3 * MM;
  }
  for (let at = 0; at < stills.length; at += PER_ROW) {
    drawPictures(doc, stills.slice(at, at + PER_ROW), thumbnails, tongue);
  }
}

function rowOf(capture: CaptureRecord, hasTracing: boolean, tongue: Tongue): Cell[] {
  return [
    { words: titleOf(capture, tongue), style: { bold: true } },
    { words: tongue.dates.dateTime(capture.content.takenAt) },
    { words: sourceOf(capture, tongue) },
    {
      words: [siteOf(capture, tongue), ...remarks(capture, hasTracing, tongue)]
        .filter(Boolean)
        .join(' ; '),
    },
  ];
}

function remarks(
  { content, correctionReason }: CaptureRecord,
  hasTracing: boolean,
  { words }: Tongue,
): string[] {
  return [
    ...(content.kind === 'ecg' ? [hasTracing ? words.tracingBelow : words.tracingMissing] : []),
    ...(content.kind === 'still' ? [words.pictureMissing] : []),
    ...(correctionReason === null ? [] : [`${words.corrected} : ${correctionReason}`]),
  ];
}

function titleOf({ content }: CaptureRecord, { words }: Tongue): string {
  const seconds = (ms: number): string => `${(ms / MS).toFixed(0)} s`;
  switch (content.kind) {
    case 'still':
      return words.purposes[content.purpose];
    case 'clip':
      return `${words.clip} (${words.purposes[content.purpose]}), ${seconds(content.durationMs)}`;
    case 'audio':
      return `${words.audio}, ${seconds((content.samples * MS) / content.rateHz)}`;
    case 'ecg':
      return `${words.ecg}, ${seconds(content.excerpt.toMs - content.excerpt.fromMs)}`;
    case 'measurement':
    case 'spirometryEffort':
      break;
  }
  return '';
}

export function sourceOf({ provenance }: CaptureRecord, { words }: Tongue): string {
  const { identity, browserDevice, deviceId } = provenance;
  return identity === null && browserDevice !== null
    ? browserDevice.label
    : deviceName(identity, deviceId, words);
}

function siteOf({ bodySite }: CaptureRecord, { locale, words }: Tongue): string {
  if (bodySite === null) {
    return '';
  }
  const name = LABELS[locale].bodySite[bodySite.code] ?? bodySite.display;
  const side = bodySite.laterality === null ? '' : words.sides[bodySite.laterality];
  return side === '' ? name : `${name}, ${side}`;
}

function drawPictures(
  doc: Paper,
  row: readonly CaptureRecord[],
  thumbnails: ReadonlyMap<string, Picture>,
  tongue: Tongue,
): void {
  const width = (bodyWidth(doc) - GAP * (PER_ROW - 1)) / PER_ROW;
  const captions = row.map((capture) => captionOf(capture, tongue));
  const heights = captions.map((words) => heightOf(doc, words, width, CAPTION));
  const height = PICTURE_HEIGHT + Math.max(...heights) + 4 * MM;
  need(doc, height);
  const { y } = doc;
  row.forEach((capture, column) => {
    const x = MARGIN.side + column * (width + GAP);
    doc.rect(x, y, width, PICTURE_HEIGHT).fill(COLOUR.shade);
    const picture = thumbnails.get(capture.captureId);
    if (picture !== undefined) {
      drawPicture(doc, picture, { x, y, width });
    }
    put(doc, captions[column] ?? '', { x, y: y + PICTURE_HEIGHT + 1 * MM, width }, CAPTION);
  });
  doc.y = y + height;
}

function captionOf(capture: CaptureRecord, tongue: Tongue): string {
  const { content, correctionReason } = capture;
  const title = [titleOf(capture, tongue), siteOf(capture, tongue)].filter((part) => part !== '');
  const lines = [
    title.join(' : '),
    tongue.dates.dateTime(content.takenAt),
    sourceOf(capture, tongue).replace('\n', ', '),
    correctionReason === null ? '' : `${tongue.words.corrected} : ${correctionReason}`,
  ];
  return lines.filter((part) => part !== '').join('\n');
}

function drawPicture(
  doc: Paper,
  { widthPx, heightPx, rgb }: Picture,
  at: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const image = { width: widthPx, height: heightPx, data: rgb, channels: 3, depth: 8 } as const;
  const png = encode(image, { zlib: { level: LEVEL } });
  doc.image(Buffer.from(png), at.x, at.y, {
    fit: [at.width, PICTURE_HEIGHT],
    align: 'center',
    valign: 'center',
  });
}
