import { describe, expect, it } from 'vitest';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import type { ConfigObject } from './configuration.ts';
import { createReadings, type ScanContext } from './readings.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const SECOND = 1_000_000_000n;

function numeric(
  code: number,
  unit: number | null,
  more: Partial<ConfigObject> = {},
): ConfigObject {
  return {
    objectClass: 6,
    handle: 7,
    type: { partition: 2, code },
    supplemental: [],
    unit,
    metricIds: [],
    valueMaps: [],
    sampleArray: null,
    scanner: null,
    store: null,
    ...more,
  };
}

function rig(object: ConfigObject) {
  const sink = createRecordingSink();
  const readings = createReadings(sink);
  return {
    sink,
    readings,
    tell: (
      attributes: Readonly<Record<number, string>>,
      readAtNs = 0n,
      more: Partial<ScanContext> = {},
    ) => {
      const list = Object.entries(attributes).map(([id, hex]) => ({
        id: Number(id),
        value: bytes(hex),
      }));
      readings.accept(
        { handle: object.handle, person: null, attributes: list },
        { object, origin: 'live', reading: null, time: null, readAtNs, flags: [], ...more },
      );
    },
  };
}

const BASIC = 0x0a4c;
const SIMPLE = 0x0a56;
const STATUS = 0x0947;
const UNIT = 0x0996;
const TIME = 0x0990;

describe('units', () => {
  it.each([
    ['mm[Hg]', 18949, 3872, 120, undefined],
    ['kPa as mm[Hg]', 18949, 3843, 900.073891, undefined],
    ['kg', 57664, 1731, 120, undefined],
    ['lb as kg', 57664, 1760, 54.4310844, undefined],
    ['Cel', 19292, 6048, 120, undefined],
    ['degF as Cel', 19292, 4416, 48.8888888889, undefined],
    ['mg/dL', 29112, 2130, 120, undefined],
    ['mmol/L stays what it is', 29112, 4722, 120, 'mmol/L'],
    ['inch as cm', 57668, 1376, 304.8, undefined],
    ['L/min', 21512, 3072, 120, undefined],
    ['mL as L', 21514, 1618, 0.12, undefined],
  ])('%s', (_, code, unit, value, own) => {
    const { sink, tell } = rig(numeric(code, unit));
    tell({ [SIMPLE]: '00000078' });
    expect(sink.measurements[0]?.value).toBeCloseTo(value, 6);
    expect(sink.measurements[0]?.unit).toBe(own);
  });

  it.each([
    ['unknown', 57664, 9999],
    ['of something else', 57664, 3872],
    ['not told', 57664, null],
  ])('%s: the value is refused and counted', (_, code, unit) => {
    const { sink, tell } = rig(numeric(code, unit));
    tell({ [SIMPLE]: '00000078' });
    expect(sink.measurements).toEqual([]);
    expect(sink.badFrames()).toBe(1);
  });

  it('may be changed by a report, and stay so', () => {
    const { sink, tell } = rig(numeric(29112, 2130));
    tell({ [UNIT]: '1272', [BASIC]: 'f037' });
    tell({ [BASIC]: 'f038' }, SECOND);
    expect(sink.measurements.map(({ value, unit }) => [value, unit])).toEqual([
      [5.5, 'mmol/L'],
      [5.6, 'mmol/L'],
    ]);
  });
});

describe('values that are none', () => {
  it.each([
    ['07ff', 'notAvailable'],
    ['0800', 'notAvailable'],
    ['07fe', 'aboveDeviceRange'],
    ['0802', 'belowDeviceRange'],
    ['0801', 'deviceError'],
  ])('%s: null, %s', (hex, flag) => {
    const { sink, tell } = rig(numeric(29112, 2130));
    tell({ [BASIC]: hex });
    expect(sink.measurements).toMatchObject([{ value: null, quality: 'invalid', flags: [flag] }]);
  });

  it.each([
    ['8000', 104, 'invalid'],
    ['4000', 104, 'questionable'],
    ['1000', 104, 'questionable'],
    ['2000', null, 'invalid'],
    ['0800', 104, 'invalid'],
    ['0000', 104, 'good'],
  ])('status %s: %s, %s', (status, value, quality) => {
    const { sink, tell } = rig(numeric(29112, 2130));
    tell({ [BASIC]: '0068', [STATUS]: status });
    expect(sink.measurements).toMatchObject([{ value, quality }]);
  });

  it('control solution is not a person', () => {
    const { sink, tell } = rig(numeric(29136, 2130));
    tell({ [BASIC]: '0068' });
    expect(sink.measurements).toMatchObject([{ flags: ['controlSolution'] }]);
  });

  it('a compound of another size than announced is refused', () => {
    const pressure = numeric(18948, 3872, { metricIds: [18949, 18950, 18951] });
    const { sink, tell } = rig(pressure);
    tell({ 2677: '0002000400780050' });
    tell({ 2677: '000300060078005007ff' });
    expect(sink.badFrames()).toBe(1);
    expect(sink.measurements.map(({ name, value }) => [name, value])).toEqual([
      ['systolicPressure', 120],
      ['diastolicPressure', 80],
      ['meanPressure', null],
    ]);
  });

  it('a fast-response value is not taken for the averaged one', () => {
    const { sink, tell } = rig(
      numeric(19384, 544, { supplemental: [{ partition: 2, code: 19508 }] }),
    );
    tell({ [BASIC]: '0062' });
    expect(sink.measurements).toEqual([]);
  });
});

describe('news', () => {
  it('of a continuous value: when it changes, and at least once a second', () => {
    const { sink, tell } = rig(numeric(19384, 544));
    for (let tick = 0; tick < 40; tick++) {
      tell({ [BASIC]: tick < 30 ? '0062' : '0061' }, (BigInt(tick) * SECOND) / 10n);
    }
    expect(sink.measurements.map(({ value, readAtNs }) => [value, Number(readAtNs) / 1e9])).toEqual(
      [0, 0.5, 1, 1.5, 2, 2.5]
        .map((at) => [98, at])
        .concat([
          [97, 3],
          [97, 3.5],
        ]),
    );
    expect(sink.measurements[0]?.reading).toBeNull();
  });

  it('of a reading: once, whatever is sent again, until it is asked for again', () => {
    const { sink, tell, readings } = rig(numeric(57664, 1731));
    const reading = { [SIMPLE]: 'ff0002fa', [TIME]: '2007120612100000' };
    tell(reading);
    tell(reading, 5n * SECOND);
    expect(sink.measurements).toMatchObject([
      { value: 76.2, reading: '2007-12-06T12:10:00#0', deviceTime: '2007-12-06T12:10:00' },
    ]);
    readings.forget();
    tell(reading);
    expect(sink.measurements).toHaveLength(2);
  });
});

describe('glucose in mmol/L, which the session does not compare', () => {
  it.each([
    ['33.3 is high, and possible', 'ff00014d', 'good', []],
    ['60 is nobody’s', '0000003c', 'questionable', ['outOfRange']],
    ['0.3 is nobody’s', 'ff000003', 'questionable', ['outOfRange']],
  ])('%s', (_, hex, quality, flags) => {
    const { sink, tell } = rig(numeric(29112, 4722));
    tell({ [SIMPLE]: hex });
    expect(sink.measurements).toMatchObject([{ unit: 'mmol/L', quality, flags }]);
  });
});
