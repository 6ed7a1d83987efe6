import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Measurement, StreamDescriptor } from '../../contracts/devices.ts';
import { act, IDENTITY, measurement, PATIENT_ID, stillCapture } from './builders.ts';
import { valueCaptures } from './valueCaptures.ts';

const DEVICE = 'vernier.gdx-spr#1';
const FLOW: StreamDescriptor = {
  streamId: 7,
  epoch: 1,
  deviceId: DEVICE,
  identity: IDENTITY,
  kind: 'spirometry',
  name: 'flow',
  rateHz: 100,
  channels: [],
  leads: [],
  calibration: { state: 'none', dueDate: null },
  origin: 'live',
  recordedAt: null,
  startedAt: '2026-11-22T08:00:00.000Z',
};

const effort = (changes: Partial<Measurement> = {}): Measurement[] =>
  (['fvc', 'fev1'] as const).map((name) =>
    measurement({ name, deviceId: DEVICE, reading: 'e1', hostTimeMs: 60_000, ...changes }),
  );

function captures(
  measurements: readonly Measurement[],
  descriptors: readonly StreamDescriptor[] = [],
  known: readonly CaptureRecord[] = [],
) {
  return valueCaptures(act(), [{ recordingId: 'r1', measurements, descriptors }], known);
}

describe('the values of an act as captures', () => {
  it('are each whose they are and where they are from', () => {
    const [one, ...more] = captures([measurement()]);
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      content: { kind: 'measurement', value: { name: 'spo2', value: 97 } },
      context: {
        actId: act().actId,
        patientId: PATIENT_ID,
        provenance: { identity: { model: 'CMS50D+' }, binding: PATIENT_ID, filters: 'none' },
      },
    });
  });

  it('keep an effort together, with the place of its curve', () => {
    expect(captures(effort(), [FLOW]).map(({ content }) => content)).toMatchObject([
      {
        kind: 'spirometryEffort',
        values: [{ name: 'fvc' }, { name: 'fev1' }],
        excerpt: { recordingId: 'r1', streamId: 7, fromMs: 30_000, toMs: 62_000 },
      },
    ]);
  });

  it('never take the curve of an effort out of a device’s memory: others’ curves lie beside it', () => {
    const stored = effort({
      origin: 'stored',
      deviceTime: '2026-11-22T09:05:00',
      clockOffsetMs: -3_600_000,
    });
    const kinds = captures(stored, [{ ...FLOW, origin: 'stored' }]).map(
      ({ content }) => content.kind,
    );
    expect(kinds).toEqual(['measurement', 'measurement']);
  });

  it('say a value of two recordings of the act once, the newest', () => {
    const recordings = [97, 95].map((value, at) => ({
      recordingId: `r${at}`,
      measurements: [measurement({ value, hostTimeMs: at })],
      descriptors: [],
    }));
    const contents = valueCaptures(act(), recordings, []).map(({ content }) => content);
    expect(contents).toMatchObject([{ value: { value: 95 } }]);
  });

  it('keep nothing twice when a closing is done again', () => {
    const [kept] = captures([measurement()]);
    const known = kept === undefined ? [] : [stillCapture({ content: kept.content })];
    expect(captures([measurement()], [], known)).toEqual([]);
    expect(captures([measurement({ hostTimeMs: 9_999 })], [], known)).toHaveLength(1);
  });
});
