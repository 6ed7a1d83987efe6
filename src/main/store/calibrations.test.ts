import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCalibrations } from './calibrations.ts';

let folder = '';
const codes: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-calibrations-'));
  codes.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const ONE = {
  adapterId: 'protocentral.healthypi',
  serialNumber: 'HP5',
  scales: { 'ecg/0': 0.0477 },
  madeAt: '2026-11-01T08:00:00.000Z',
  dueDate: '2027-11-01',
};

function read(text: string | null) {
  const file = join(folder, 'calibrations.json');
  if (text !== null) {
    writeFileSync(file, text);
  }
  return readCalibrations(file, (code) => codes.push(code));
}

describe('stored calibrations', () => {
  it('gives an adapter those of its devices', () => {
    const of = read(JSON.stringify([ONE]));
    expect(of('protocentral.healthypi')).toEqual([ONE]);
    expect(of('openbci.cyton')).toEqual([]);
    expect(codes).toEqual([]);
  });

  it('has none before the first, and says nothing of it', () => {
    expect(read(null)('protocentral.healthypi')).toEqual([]);
    expect(codes).toEqual([]);
  });

  it.each(['{', '[{"adapterId":"x"}]'])('gives none of a file that it cannot read: %s', (text) => {
    expect(read(text)('protocentral.healthypi')).toEqual([]);
    expect(codes).toEqual(['calibrations.unreadable']);
  });
});
