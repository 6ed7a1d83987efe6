import { describe, expect, it } from 'vitest';
import { KNOWN_LEADS, leadByCode, leadByLabel, leadByNumber } from './leads.ts';

describe('ECG leads', () => {
  it('finds a lead by its number, by its 32 bit code and by its reference id', () => {
    // Pairs out of DICOM PS3.16 CID 3001 (code = 131072 + number).
    const pairs = [
      [1, 131073, 'MDC_ECG_LEAD_I'],
      [8, 131080, 'MDC_ECG_LEAD_V6'],
      [16, 131088, 'MDC_ECG_LEAD_X'],
      [31, 131103, 'MDC_ECG_LEAD_dI'],
      [62, 131134, 'MDC_ECG_LEAD_AVR'],
      [69, 131141, 'MDC_ECG_LEAD_V9R'],
      [97, 131169, 'MDC_ECG_LEAD_MCL6'],
      [111, 131183, 'MDC_ECG_LEAD_dIII'],
      [121, 131193, 'MDC_ECG_LEAD_CM7'],
      [126, 131198, 'MDC_ECG_LEAD_ML'],
      [134, 131206, 'MDC_ECG_LEAD_S'],
      [147, 131219, 'MDC_ECG_LEAD_RL'],
    ] as const;
    for (const [number, term, code] of pairs) {
      expect(leadByNumber(number)?.code).toBe(code);
      expect(leadByCode(String(term))?.number).toBe(number);
      expect(leadByCode(`2:${number}`)?.number).toBe(number);
      expect(leadByCode(code)?.number).toBe(number);
    }
  });

  it('has each number and each code once', () => {
    expect(new Set(KNOWN_LEADS.map((lead) => lead.number)).size).toBe(KNOWN_LEADS.length);
    expect(new Set(KNOWN_LEADS.map((lead) => lead.code)).size).toBe(KNOWN_LEADS.length);
    expect(KNOWN_LEADS).toHaveLength(105);
  });

  it('calls computed leads derived, and no others', () => {
    const derived = KNOWN_LEADS.filter((lead) => lead.derived).map((lead) => lead.name);
    expect(derived).toEqual([
      'dI',
      'dII',
      'dV1',
      'dV2',
      'dV3',
      'dV4',
      'dV5',
      'dV6',
      'III',
      'aVR',
      'aVL',
      'aVF',
      'aVRneg',
      'dIII',
      'daVR',
      'daVL',
      'daVF',
    ]);
  });

  it('takes a bare label for a lead only when it can mean nothing else', () => {
    const names = ['II', 'avf', 'V4R', 'Lead X', 'ECG A1', 'EKG V1'].map(
      (label) => leadByLabel(label)?.name,
    );
    expect(names).toEqual(['II', 'aVF', 'V4R', 'X', 'A1', 'V1']);
    expect(['A1', 'X', 'C', 'LA', 'Resp', ''].map(leadByLabel)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});
