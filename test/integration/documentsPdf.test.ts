import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import type { Act } from '../../src/contracts/clinical.ts';
import type { Measurement } from '../../src/contracts/devices.ts';
import type { Locale } from '../../src/contracts/settings.ts';
import { act, measurement, PATIENT, stillCapture } from '../../src/main/acts/builders.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { reportPdf } from '../../src/main/exporter/pdf/reportPdf.ts';
import type { ReportSource } from '../../src/main/exporter/pdf/types.ts';
import type { Signal } from '../../src/main/exporter/sources.ts';
import { BODY_SITES } from '../../src/renderer/features/captures/bodySites.ts';
import { type ReadPdf, readPdf } from '../support/pdf.ts';
import { must, REPORT, REPORT_FOLDER, SITE, SOFTWARE, TWELVE } from './documentsRig.ts';

const MM = 72 / 25.4;
const FONTS = {
  regular: readFileSync(path.join(REPORT_FOLDER, 'Inter-Regular.otf')),
  bold: readFileSync(path.join(REPORT_FOLDER, 'Inter-SemiBold.otf')),
};
const RATE = 250;

function print(
  changes: Partial<Act> = {},
  source: Partial<ReportSource> = {},
  locale: Locale = 'fr',
): Uint8Array {
  const made = act({ report: REPORT, ...changes });
  const context = { site: SITE, patient: made.patient, act: made, software: SOFTWARE };
  const none = { captures: [], thumbnails: new Map(), tracings: new Map() };
  return must(reportPdf({ ...none, context, ...source }, FONTS, locale));
}

function read(...args: Parameters<typeof print>): ReadPdf & { readonly text: string } {
  const pdf = readPdf(print(...args));
  return { ...pdf, text: pdf.pages.join('\n') };
}

function value(changes: Partial<Measurement>): CaptureRecord {
  const one = measurement(changes);
  const content = { kind: 'measurement', takenAt: one.time, value: one } as const;
  return { ...stillCapture(), captureId: uuidOf(JSON.stringify(changes)), content, file: null };
}

const ECG: CaptureRecord = {
  ...stillCapture(),
  captureId: uuidOf('ecg'),
  content: {
    kind: 'ecg',
    takenAt: '2026-11-22T08:08:10Z',
    excerpt: { recordingId: 'r', streamId: 1, fromMs: 0, toMs: 10_000 },
  },
  file: null,
};

/** Every second 1 mV for half a second, over an electrode's offset. */
function squareWave(names: readonly string[], seconds: number): Signal {
  const samples = Float64Array.from({ length: seconds * RATE }, (_, at) =>
    at % RATE < RATE / 2 ? 20_000 : 21_000,
  );
  return {
    leads: names.map((name) => ({
      name,
      code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
      derived: name === 'III',
      unit: 'uV',
      samples,
    })),
    rateHz: RATE,
    samplesPerLead: samples.length,
    startedAt: '2026-11-22T08:08:00.000Z',
    gaps: [],
  };
}

const tracing = (signal: Signal): Partial<ReportSource> => ({
  captures: [ECG],
  tracings: new Map([[ECG.captureId, signal]]),
});

type Point = readonly [x: number, y: number];

/** The strokes of the tracings of a page: one a lead, or more where it is broken. */
function strokesOf({ drawings }: ReadPdf, page: number): Point[][] {
  const strokes: Point[][] = [];
  for (const [, x, y, operator] of (drawings[page]?.forms[0] ?? '').matchAll(
    /^([\d.-]+) ([\d.-]+) ([ml])$/gm,
  )) {
    const point = [Number(x), Number(y)] as const;
    if (operator === 'm') {
      strokes.push([point]);
    } else {
      strokes.at(-1)?.push(point);
    }
  }
  return strokes;
}

const extent = (numbers: readonly number[]): number => Math.max(...numbers) - Math.min(...numbers);

describe('the report on paper', () => {
  it('says who, where, when and why', () => {
    const { text, sizes } = read({
      reason: 'Otalgie depuis deux jours',
      consent: { given: true, mode: 'oral', at: '2026-11-22T08:01:00Z' },
    });
    for (const words of [
      'Compte rendu de télémédecine',
      'EHPAD « Les Œillets »',
      'LEBŒUF-D’ÉPINAY',
      'Françoise, Aloïse',
      '11/02/1934 (92 ans)',
      'provisoire (PROV)',
      'Téléconsultation assistée du 22/11/2026, de 09:00 à 09:20',
      'Inès Morel',
      'Otalgie depuis deux jours',
      'donné (oral), 22/11/2026 09:01',
      'SpO₂ ≥ 94 %',
      'Dispositif non certifié',
      'page 1 / 1',
    ]) {
      expect(text).toContain(words);
    }
    expect(sizes).toEqual([[595.28, 841.89]]);
  });

  it('says who signed it, and in large letters when nobody did', () => {
    expect(read().text).toContain('Signé par Zoé Çelik-Ångström, médecin (RPPS 10000001379)');
    for (const change of [{ signedBy: null }, { signedAt: null }]) {
      const { text } = read({ report: { ...REPORT, ...change } });
      expect(text).toContain('NON SIGNÉ');
      expect(text).not.toContain('Signé par');
    }
  });

  it('says that there is none', () => {
    expect(read({ report: null }).text).toContain('Aucun compte rendu n’a été rédigé.');
  });

  it('carries the matricule of a qualified identity alone', () => {
    const ins = { matricule: '277010115400329', oid: '1.2.250.1.213.1.4.8' };
    const qualified = { ...PATIENT, ins, identityStatus: 'QUAL' } as const;
    expect(read({ patient: qualified }).text).toContain('2770101154003 29 (NIR)');
    const { text } = read({ patient: { ...qualified, identityStatus: 'VALI' } });
    expect(text).not.toContain('2770101154003');
    expect(text).toContain('identité non qualifiée');
  });

  it('is marked on every page where the resident is fictional', () => {
    const text = 'mot '.repeat(2_000);
    const { pages } = read({
      patient: { ...PATIENT, fictional: true },
      report: { ...REPORT, text },
    });
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) {
      expect(page.match(/RÉSIDENT FICTIF/g)?.length).toBeGreaterThanOrEqual(4);
    }
    expect(read().text).not.toContain('FICTIF');
  });

  it('numbers its pages and names the resident on each', () => {
    const { pages } = read({ report: { ...REPORT, text: 'mot '.repeat(3_000) } });
    pages.forEach((page, index) => {
      expect(page).toContain(`page ${index + 1} / ${pages.length}`);
      expect(page).toContain('LEBŒUF-D’ÉPINAY');
    });
    expect(pages.join('').match(/mot/g)).toHaveLength(3_000);
  });

  it('prints in English where it is asked', () => {
    const { text } = read(
      {},
      { captures: [value({ value: 37.2, name: 'bodyTemperature' })] },
      'en',
    );
    expect(text).toContain('Telemedicine report');
    expect(text).toContain('37.2 °C');
    expect(text).not.toMatch(/Résident|Mesures|signé/);
  });

  it('has all of a text without a single space', () => {
    const { text, pages } = read({ report: { ...REPORT, text: 'W'.repeat(20_000) } });
    expect(text.match(/W/g)).toHaveLength(20_000);
    expect(pages.length).toBeGreaterThan(3);
  });

  it('shows what has no glyph as such, and stops for no character', () => {
    const text = 'ctrl\u0000\u0007 tab\tcr\r\nemoji 😀 日本 عربي e\u0301';
    const { text: printed } = read({ report: { ...REPORT, text } });
    expect(printed).toContain('emoji');
    expect(printed).toContain('é');
  });
});

describe('values on paper', () => {
  it('have their unit, time, device and doubts', () => {
    const { text } = read(
      {},
      {
        captures: [
          value({
            name: 'bodyTemperature',
            value: 38.4,
            quality: 'questionable',
            flags: ['movement'],
          }),
          value({
            name: 'bodyWeight',
            value: 61.25,
            calibration: { state: 'overdue', dueDate: '2026-01-31' },
          }),
          value({ name: 'spo2', value: 93, origin: 'stored', deviceTime: '2026-11-22T09:05:12' }),
        ],
      },
    );
    const plain = text.replaceAll(/\s+/g, ' ');
    for (const words of [
      '38,4 °C',
      '61,3 kg',
      '93 %',
      '22/11/2026 09:05',
      'Contec CMS50D+',
      'SN-0042',
      'valeur douteuse ; mouvement',
      'étalonnage échu (jusqu’au 31/01/2026)',
      '2026-11-22 09:05:12',
    ]) {
      expect(plain).toContain(words);
    }
  });

  it('are never a number where they are not valid', () => {
    const { text } = read(
      {},
      {
        captures: [value({ value: 61, quality: 'invalid', flags: ['deviceError'] })],
      },
    );
    expect(text).toContain('— %');
    expect(text).not.toContain('61');
  });

  it('of one inflation stand together', () => {
    const { text } = read(
      {},
      {
        captures: [
          value({ name: 'diastolicPressure', value: 78, reading: 'a' }),
          value({ name: 'systolicPressure', value: 132, reading: 'a' }),
        ],
      },
    );
    expect(text).toContain('132 / 78 mmHg');
  });
});

describe('an ECG on paper', () => {
  it('is at true scale: 25 mm a second, 10 mm a millivolt', () => {
    const pdf = read({}, tracing(squareWave(TWELVE, 10)));
    expect(pdf.sizes[1]).toEqual([841.89, 595.28]);
    const strokes = strokesOf(pdf, 1);
    expect(strokes).toHaveLength(13);
    for (const stroke of strokes) {
      expect(extent(stroke.map(([, y]) => y)) / MM).toBeCloseTo(10, 1);
    }
    const rhythm = strokes.at(-1)?.map(([x]) => x) ?? [];
    // From the first sample to the last one.
    expect(extent(rhythm) / MM).toBeCloseTo((10 - 1 / RATE) * 25, 1);
    const [first] = strokes;
    expect(extent(first?.map(([x]) => x) ?? []) / MM).toBeCloseTo((2.5 - 1 / RATE) * 25, 1);
    expect(pdf.pages[1]).toContain('25 mm/s   10 mm/mV');
    expect(pdf.pages[1]).toContain('NON VALIDÉ PAR UN MÉDECIN');
    expect(pdf.pages[1]).toContain('III*');
    expect(pdf.pages[1]).toContain('colonnes successives');
    // The calibration pulse stands beside each row: 5 mm long, 10 mm high.
    const pulses =
      pdf.drawings[1]?.page.match(/^[\d.]+ [\d.]+ m\n(?:[\d.]+ [\d.]+ l\n){5}/gm) ?? [];
    expect(pulses).toHaveLength(4);
    const corners = (pulses[0] ?? '')
      .match(/[\d.]+ [\d.]+/g)
      ?.map((pair) => pair.split(' ').map(Number));
    expect(extent(corners?.map(([, y]) => y ?? 0) ?? []) / MM).toBeCloseTo(10, 3);
  });

  it('is broken where samples are lost, and says so', () => {
    const whole = squareWave(['II'], 4);
    const samples = whole.leads[0]?.samples.slice() ?? new Float64Array();
    samples.fill(Number.NaN, RATE, 2 * RATE);
    const signal = {
      ...whole,
      leads: whole.leads.map((lead) => ({ ...lead, samples })),
      gaps: [{ fromSample: RATE, samples: RATE }],
    };
    const pdf = read({}, tracing(signal));
    const [before, after] = strokesOf(pdf, 1);
    const gap = (after?.[0]?.[0] ?? 0) - (before?.at(-1)?.[0] ?? 0);
    expect(gap / MM).toBeCloseTo(25 * (1 + 1 / RATE), 1);
    expect(pdf.pages[1]).toContain('lacune');
    expect(pdf.pages[1]).toContain(`échantillons perdus : ${RATE}, en 1 lacune`);
  });

  it('of a shorter recording begins every lead at its beginning, and says so', () => {
    const pdf = read({}, tracing(squareWave(TWELVE, 4)));
    const strokes = strokesOf(pdf, 1).slice(0, -1);
    expect(strokes).toHaveLength(12);
    for (const stroke of strokes) {
      expect(extent(stroke.map(([x]) => x)) / MM).toBeCloseTo((2.5 - 1 / RATE) * 25, 1);
    }
    expect(pdf.pages[1]).toContain('colonnes simultanées');
  });

  it('of a longer recording shows its first ten seconds, and says so', () => {
    const pdf = read({}, tracing(squareWave(['I', 'II'], 30)));
    expect(pdf.pages).toHaveLength(2);
    expect(pdf.pages[1]).toContain('les 10 s premières d’un enregistrement de 30 s');
  });

  it('keeps the extremes of a rate that no printer can show', () => {
    const whole = squareWave(['II'], 10);
    const samples = new Float64Array(10 * 8_000);
    samples[40_001] = 1_000;
    const signal = {
      ...whole,
      rateHz: 8_000,
      samplesPerLead: samples.length,
      leads: whole.leads.map((lead) => ({ ...lead, samples })),
    };
    const [stroke] = strokesOf(read({}, tracing(signal)), 1);
    expect(extent(stroke?.map(([, y]) => y) ?? []) / MM).toBeCloseTo(10, 1);
    expect(stroke?.length).toBeLessThan(6_000);
  });

  it('has no scale of millivolts where the device has no unit', () => {
    const whole = squareWave(['II'], 10);
    const leads = whole.leads.map((lead) => ({ ...lead, unit: 'count' as const }));
    const { pages } = read({}, tracing({ ...whole, leads }));
    expect(pages[1]).toContain('amplitude relative');
    expect(pages[1]).not.toContain('mm/mV');
  });

  it('says where its tracing could not be read', () => {
    expect(read({}, { captures: [ECG] }).text).toContain('le tracé n’a pas pu être lu');
  });
});

describe('pictures on paper', () => {
  it.each(BODY_SITES)('of $key tell the place in French', ({ code }) => {
    const bodySite = { code, display: 'in English', laterality: null };
    const { text } = read({}, { captures: [{ ...stillCapture(), bodySite }] });
    expect(text).not.toContain('in English');
  });

  const still = {
    ...stillCapture(),
    bodySite: { code: '117590005', display: 'Ear', laterality: 'right' as const },
  };
  const rgb = new Uint8Array(20 * 10 * 3).fill(90);

  it('are printed with what they show', () => {
    const thumbnails = new Map([[still.captureId, { widthPx: 20, heightPx: 10, rgb }]]);
    const { images, text } = read({}, { captures: [still], thumbnails });
    expect(images).toBe(1);
    expect(text).toContain('Otoscopie : Oreille, côté droit');
  });

  it('of another resident stop the report', () => {
    const strange = { ...still, patientId: uuidOf('somebody else') };
    const source = { captures: [strange], thumbnails: new Map(), tracings: new Map() };
    const made = act({ report: REPORT });
    const context = { site: SITE, patient: made.patient, act: made, software: SOFTWARE };
    expect(reportPdf({ ...source, context }, FONTS)).toMatchObject({
      fault: { code: 'EXPORT_WRONG_PATIENT' },
    });
  });
});
