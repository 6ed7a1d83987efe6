import { ok, type Result } from '../../../contracts/faults.ts';
import type { Locale } from '../../../contracts/settings.ts';
import { selectCaptures } from '../selection.ts';
import { heading, notice, pairs, paragraph } from './blocks.ts';
import { drawCaptures } from './captureList.ts';
import { drawEcg } from './ecg/ecgPages.ts';
import { drawEfforts } from './efforts.ts';
import { furnish } from './furniture.ts';
import { localDates } from './localDates.ts';
import {
  bodyWidth,
  bytesOf,
  COLOUR,
  heightOf,
  MARGIN,
  MM,
  openPaper,
  type Paper,
  put,
} from './paper.ts';
import { actPairs, patientName, patientPairs, professionalName } from './people.ts';
import { table } from './table.ts';
import type { ReportFonts, ReportSource } from './types.ts';
import { type Tongue, valueRows } from './values.ts';
import { WORDS } from './words.ts';

/**
 * The report of an act on A4: who, where, when, the text and whether it is signed, every value with its
 * unit, device, time and doubts, the pictures, and each ECG at true scale. Pure: the same source gives
 * the same bytes. Fails with EXPORT_WRONG_PATIENT or EXPORT_IDENTITY_MISSING, as `selectCaptures` does.
 */
export function reportPdf(
  source: ReportSource,
  fonts: ReportFonts,
  locale: Locale = 'fr',
): Result<Uint8Array> {
  const { context, tracings } = source;
  // No part of the report depends on which document it becomes part of.
  const selected = selectCaptures({ ...context, objectId: context.act.actId }, source.captures);
  if (!selected.ok) {
    return selected;
  }
  const { captures } = selected.value;
  const tongue: Tongue = { locale, words: WORDS[locale], dates: localDates(locale) };
  const doc = open(source, fonts, tongue);
  drawTitle(doc, source, tongue);
  drawPeople(doc, source, tongue);
  drawReport(doc, source, tongue);
  drawValues(doc, { ...source, captures }, tongue);
  drawEfforts(doc, captures, tongue);
  drawCaptures(doc, captures, source, tongue);
  for (const capture of captures) {
    const signal = tracings.get(capture.captureId);
    if (signal !== undefined) {
      drawEcg(doc, { capture, signal }, tongue);
    }
  }
  drawFurniture(doc, source, tongue);
  return ok(bytesOf(doc));
}

function open({ context }: ReportSource, fonts: ReportFonts, tongue: Tongue): Paper {
  const { act, software, site } = context;
  return openPaper(fonts, {
    title: tongue.words.title,
    author: site.institution === '' ? 'Chariot' : site.institution,
    software,
    language: tongue.locale,
    madeAt: new Date(act.report?.signedAt ?? act.endedAt ?? act.startedAt),
  });
}

function drawTitle(doc: Paper, { context }: ReportSource, { words, dates }: Tongue): void {
  const { act, site } = context;
  const width = bodyWidth(doc);
  const x = MARGIN.side;
  const place = [site.institution, site.department].filter((name) => name !== '').join('\n');
  put(doc, words.title, { x, y: 13 * MM, width: width * 0.66 }, { bold: true, size: 17 });
  const style = { size: 9, colour: COLOUR.muted, align: 'right' } as const;
  const right = { x: x + width * 0.67, y: 14 * MM, width: width * 0.33 };
  put(doc, place, right, style);
  const [from, to] = [dates.time(act.startedAt), dates.time(act.endedAt ?? act.startedAt)];
  const when = words.of(dates.date(act.startedAt), from, to);
  put(doc, when, { x, y: 21.5 * MM, width: width * 0.66 }, { size: 10, colour: COLOUR.muted });
  doc.y = Math.max(29 * MM, right.y + heightOf(doc, place, right.width, style));
}

function drawPeople(doc: Paper, { context }: ReportSource, { words, dates }: Tongue): void {
  const { act, patient, site } = context;
  heading(doc, words.resident);
  pairs(doc, patientPairs(patient, act.startedAt, words, dates));
  heading(doc, words.act);
  pairs(doc, actPairs(act, site, words, dates));
}

function drawReport(doc: Paper, { context }: ReportSource, { words, dates }: Tongue): void {
  const { report } = context.act;
  heading(doc, words.report);
  if (report === null || report.text.trim() === '') {
    paragraph(doc, words.noReport);
    return;
  }
  const { signedBy, signedAt } = report;
  if (signedBy !== null && signedAt !== null) {
    const title = words.signed(professionalName(signedBy, words), dates.dateTime(signedAt));
    notice(doc, { title, words: words.signedNote, colour: COLOUR.accent });
  } else {
    notice(doc, { title: words.unsigned, words: words.unsignedNote, colour: COLOUR.doubt });
  }
  paragraph(doc, report.text);
}

function drawValues(doc: Paper, { captures }: ReportSource, tongue: Tongue): void {
  const { words } = tongue;
  const rows = valueRows(captures, tongue);
  heading(doc, words.values);
  if (rows.length === 0) {
    paragraph(doc, words.noValues);
  } else {
    table(doc, [40, 33, 26, 36, 43], words.valueColumns, rows);
  }
}

function drawFurniture(doc: Paper, { context }: ReportSource, tongue: Tongue): void {
  const { act, patient, site, software } = context;
  const { words, dates } = tongue;
  const born = patient.birthDate === null ? '' : `, ${dates.day(patient.birthDate)}`;
  furnish(doc, words, {
    running: `${patientName(patient)}${born}`,
    institution: `${site.institution} ${dates.date(act.startedAt)}`.trim(),
    made: `${words.act} ${act.actId} ; Chariot ${software} ; ${site.stationName}`,
    isFictional: patient.fictional,
  });
}
