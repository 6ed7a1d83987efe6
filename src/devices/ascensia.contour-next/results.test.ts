import { describe, expect, it } from 'vitest';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { systemTime } from '../_sdk/time.ts';
import { measured } from '../host/measuring.ts';
import { CONTOUR_NEXT_MANIFEST } from './manifest.ts';
import { giveResults, type TimedResult } from './results.ts';

const RESULT: TimedResult = {
  value: 93,
  unit: 'mg/dL',
  flags: [],
  deviceTime: '2026-11-22T08:30:00',
  readAtNs: 0n,
};
const CONTEXT = {
  deviceId: 'meter',
  identity: {
    adapterId: 'ascensia.contour-next',
    adapterVersion: '1.0.0',
    manufacturer: 'Ascensia',
    model: 'Contour Next',
    serialNumber: '1',
    firmware: null,
  },
  calibration: { state: 'none', dueDate: null },
  binding: null,
  clockOffsetMs: () => null,
} as const;

/** What a nurse gets to see of a result. */
function shown(more: Partial<TimedResult>) {
  const sink = createRecordingSink();
  giveResults([{ ...RESULT, ...more }], sink);
  const { measurements } = CONTOUR_NEXT_MANIFEST;
  return sink.measurements.map(
    (one) => measured(one, measurements, CONTEXT, systemTime).measurement,
  );
}

describe('a result of the meter, as the session tells it', () => {
  it.each([
    ['600 mg/dL is possible', { value: 600 }, 'good', []],
    ['33.3 mmol/L is possible', { value: 33.3, unit: 'mmol/L' }, 'good', []],
    ['900 mg/dL is nobody’s, said once', { value: 900 }, 'questionable', ['outOfRange']],
    [
      '60 mmol/L is nobody’s, said once',
      { value: 60, unit: 'mmol/L' },
      'questionable',
      ['outOfRange'],
    ],
  ] as const)('%s', (_, result, quality, flags) => {
    expect(shown(result)).toMatchObject([{ quality, flags }]);
  });

  it('of a control solution is nobody’s value', () => {
    expect(shown({ flags: ['controlSolution'] })).toMatchObject([
      { value: null, quality: 'invalid', flags: ['controlSolution'] },
    ]);
  });
});
