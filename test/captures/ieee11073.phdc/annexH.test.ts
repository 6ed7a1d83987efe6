import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseApdu } from '../../../src/devices/ieee11073.phdc/apdu.ts';
import { readData } from '../../../src/devices/ieee11073.phdc/data.ts';
import { readMds } from '../../../src/devices/ieee11073.phdc/mds.ts';
import { readerOf } from '../../../src/devices/ieee11073.phdc/reader.ts';
import { readDataResponse } from '../../../src/devices/ieee11073.phdc/scanReports.ts';
import { standardConfiguration } from '../../../src/devices/ieee11073.phdc/standardConfigurations.ts';
import { readTrace } from '../../../src/devices/ieee11073.phdc/trace.ts';
import { sharedData } from '../../emulators/usb/testing.ts';
import captured from './annex-h.json' with { type: 'json' };
import { apduOf, configurationOf, messageOf, objectsOf, valuesOf } from './told.ts';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const carried = new Map(captured.apdus.map(({ name, hex }) => [name, fromHex(hex)]));
function example(name: string): Uint8Array {
  const bytes = carried.get(name);
  if (bytes === undefined) throw new Error(`no example ${name}`);
  return bytes;
}
function standard(id: number) {
  const found = standardConfiguration(id);
  if (found === null) throw new Error(`no configuration ${id}`);
  return found;
}
function eventOf(bytes: Uint8Array) {
  const message = messageOf(bytes);
  if (message.kind !== 'event') throw new Error(message.kind);
  return message;
}

describe('examples that are carried here', () => {
  it.each(captured.apdus)('$name: $says', ({ hex, says }) => {
    expect(readTrace()('in', fromHex(hex))).toEqual([expect.stringContaining(says)]);
  });

  it('tell values against the standard configurations', () => {
    expect(valuesOf(eventOf(example('H241_ID_0190')), standard(0x0190))).toEqual([
      '1 19384=98 544 @2007-12-06T12:10:00',
      '10 18458=72 2720 @2007-12-06T12:10:00',
    ]);
    expect(valuesOf(eventOf(example('H241_ID_02BC')), standard(0x02bc))).toEqual([
      '1 18949=120 3872, 18950=80 3872, 18951=100 3872 @2007-12-06T12:10:00',
      '2 18474=60 2720 @2007-12-06T12:10:00',
    ]);
    expect(valuesOf(eventOf(example('H241_ID_05DC')), standard(0x05dc))).toEqual([
      '1 57664=76.2 1731 @2007-12-06T12:10:00',
      '3 57680=24.3 1952 @2007-12-06T12:10:00',
      '1 57664=76 1731 @2007-12-06T20:05:00',
      '3 57680=24.2 1952 @2007-12-06T20:05:00',
    ]);
  });

  it('tell a grouped report by the map of its scanner', () => {
    const scanners = configurationOf(
      example('pulse_oximeter/pulse_oximeter_noti_config_with_scanner'),
    );
    const report = eventOf(example('pulse_oximeter/pulse_oximeter_buf_scan_report_grouped'));
    expect(valuesOf(report, scanners)).toEqual([
      '1 19384=98 544 @2008-07-03T12:10:00',
      '10 18458=73 2720 @-',
      '3 19384=98 544 @-',
    ]);
  });
});

const root = sharedData();
const folder = root === undefined ? undefined : join(root, 'ieee11073-apdu');
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder ?? '', name)));
const OXIMETER = ['1 19384=98 544 @2007-12-06T12:10:00', '10 18458=72 2720 @2007-12-06T12:10:00'];
const OF_ONE = OXIMETER.map((line) => `1/${line}`);
const WITH_SCANNER = 'pulse_oximeter/pulse_oximeter_noti_config_with_scanner';

/** AARQ: configuration, system id. */
const REQUESTS: Readonly<Record<string, readonly [number, string]>> = {
  H211: [0x4000, '8877665544332211'],
  H211_ID_0190: [0x0190, '1122334455667704'],
  H211_ID_02BC: [0x02bc, '1122334455667707'],
  H211_ID_05DC: [0x05dc, '1122334455667788'],
  'blood_pressure/aarq': [0x4000, '00220922580803cc'],
  'pedometer/pedometer_association_request': [0x4001, '00220922580807b0'],
  'pulse_oximeter/pulse_oximeter_association_request': [0x4001, '00220922580807b0'],
  'weighing_scale/association_request': [0x4000, '1122334455667788'],
};

/** AARE: result, system id of the manager. */
const RESPONSES: Readonly<Record<string, readonly [number, string]>> = {
  H212: [3, '1122334455667788'],
  rx_aare_example_one: [0, '8877665544332211'],
  'blood_pressure/aare_accept_known_conf': [3, '1122334455667788'],
  'blood_pressure/aare_accept_unknown_conf': [3, '1122334455667788'],
};

/** The file blood_pressure/rlre holds an abort. */
const ENDS: Readonly<Record<string, string>> = {
  rx_abrt_buffer_overflow: 'abrt 1',
  rx_abrt_config_timeout: 'abrt 3',
  rx_abrt_response_timeout: 'abrt 2',
  rx_abrt_undefined: 'abrt 0',
  rx_rlre_normal: 'rlre 0',
  rx_rlrq_normal: 'rlrq 0',
  'blood_pressure/rlre': 'abrt 2',
  'blood_pressure/rlrq': 'rlrq 0',
};

const CONFIGURATIONS: Readonly<Record<string, readonly string[]>> = {
  H221: ['1: 57664 1731 [a56/4 990/8]', '2: 57676 544 [a56/4 990/8]'],
  H221_ID_05DC: [
    '1: 57664 1731 [a56/4 990/8]',
    '2: 57668 1297 [a56/4 990/8]',
    '3: 57680 1952 [a56/4 990/8]',
  ],
  'blood_pressure/roiv_mdc_noti_config': [
    '1: 18948 (18949 18950 18951) 3872 [a75/10 990/8]',
    '2: 18474 2720 [a4c/2 990/8]',
    '3: 61458 512 [a4c/2 990/8]',
  ],
  'pulse_oximeter/pulse_oximeter_noti_config': [
    '1: 19384 544 [a4c/2 987/8]',
    '10: 18458 2720 [a4c/2 987/8]',
  ],
  [WITH_SCANNER]: [
    '1: 19384 544 [a4c/2 990/8]',
    '10: 18458 2720 [a4c/2 990/8]',
    '3: 19384 544 [a4c/2 990/8]',
    '55: scanner of 1 10',
    '40: scanner of 1 10 3',
  ],
  'weighing_scale/roiv_mdc_noti_config': [
    '1: 57664 1731 [a56/4 990/8]',
    '2: 57668 1297 [a56/4 990/8]',
    '3: 57680 1952 [a56/4 990/8]',
    '4: 57676 544 [a56/4 990/8]',
    '5: 61441 6784 [a56/4 990/8]',
    '6: 61442 544 [a4c/2 990/8]',
    '7: 61443 2368 [a4c/2 990/8]',
    '8: 61449 (61450 61451 61452 61453) 544 [a75/12 990/8]',
    '9: 61454 512 [a4c/2 990/8]',
    '10: 61455 (61456 61457) 512 [a75/8 990/8]',
  ],
  'weighing_scale/std_config_05DC': ['1: 57664 1731 [a56/4 990/8]'],
};

/** Report: configuration that it is read by (a file, or a standard one), values. */
const REPORTS: Readonly<Record<string, readonly [string | number, readonly string[]]>> = {
  H241: [
    'H221',
    ['1 57664=62.4 1731 @2007-02-01T12:10:00', '2 57676=25.6 544 @2007-02-01T12:10:00'],
  ],
  H241_ID_0190: [0x0190, OXIMETER],
  H241_ID_02BC: [
    0x02bc,
    [
      '1 18949=120 3872, 18950=80 3872, 18951=100 3872 @2007-12-06T12:10:00',
      '2 18474=60 2720 @2007-12-06T12:10:00',
    ],
  ],
  H241_ID_05DC: [
    'H221_ID_05DC',
    [
      '1 57664=76.2 1731 @2007-12-06T12:10:00',
      '3 57680=24.3 1952 @2007-12-06T12:10:00',
      '1 57664=76 1731 @2007-12-06T20:05:00',
      '3 57680=24.2 1952 @2007-12-06T20:05:00',
    ],
  ],
  'blood_pressure/roiv_mds_note_scan_report_mp_fixed': [
    'blood_pressure/roiv_mdc_noti_config',
    [
      '1 18949=113 3872, 18950=71 3872, 18951=85 3872 @2010-07-21T15:35:53',
      '2 18474=71 2720 @2010-07-21T15:35:53',
      '3 61458=0 512 @2010-07-21T15:35:53',
    ].map((line) => `66/${line}`),
  ],
  'weighing_scale/data_report': [
    'weighing_scale/roiv_mdc_noti_config',
    [
      '1 57664=79.6 1731',
      '2 57668=171 1297',
      '3 57680=27.2 1952',
      '4 57676=25.7 544',
      '5 61441=1695000 6784',
      '6 61442=8 544',
      '7 61443=54 2368',
      '8 61450=33.8 544, 61451=0 544, 61452=0 544, 61453=0 544',
      '9 61454=0 512',
      '10 61456=0 512, 61457=25 512',
    ].map((line) => `52/${line} @2010-07-21T09:40:00`),
  ],
  'pulse_oximeter/pulse_oximeter_buf_scan_report_fixed': [WITH_SCANNER, OXIMETER],
  'pulse_oximeter/pulse_oximeter_buf_scan_report_var': [WITH_SCANNER, OXIMETER],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_fixed': [WITH_SCANNER, OXIMETER],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_var': [WITH_SCANNER, OXIMETER],
  'pulse_oximeter/pulse_oximeter_buf_scan_report_mp_fixed': [WITH_SCANNER, OF_ONE],
  'pulse_oximeter/pulse_oximeter_buf_scan_report_mp_var': [WITH_SCANNER, OF_ONE],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_mp_fixed': [WITH_SCANNER, OF_ONE],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_mp_var': [WITH_SCANNER, OF_ONE],
  'pulse_oximeter/pulse_oximeter_buf_scan_report_grouped': [
    WITH_SCANNER,
    ['1 19384=98 544 @2008-07-03T12:10:00', '10 18458=73 2720 @-', '3 19384=98 544 @-'],
  ],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_grouped': [
    WITH_SCANNER,
    ['1 19384=97.5 544 @2010-08-03T10:51:11', '10 18458=80.1 2720 @2010-08-03T10:51:11'],
  ],
  'pulse_oximeter/pulse_oximeter_unbuf_scan_report_mp_grouped': [
    WITH_SCANNER,
    ['1/1 19384=97.5 544 @2010-08-03T10:51:11', '1/10 18458=80.1 2720 @2010-08-03T10:51:11'],
  ],
};

/** MDS: model, system id, configuration, specialisation. */
const SYSTEMS: Readonly<Record<string, readonly [string, string, number, number]>> = {
  H233: ['TheScaleABC', '8877665544332211', 0x4000, 4111],
  H233_ID_0190: ['OximeterABC', '1122334455667704', 0x0190, 4100],
  H233_ID_02BC: ['TheBPM ABC', '1122334455667707', 0x02bc, 4103],
  H233_ID_05DC: ['TheScaleABC', '1122334455667788', 0x05dc, 4111],
};

/** Messages of other kinds. */
const MESSAGES: Readonly<Record<string, object>> = {
  H222: { kind: 'eventResult', handle: 0, type: 0x0d1c, info: fromHex('40000000') },
  H232: { kind: 'get', handle: 0, attributes: [] },
  H242: { kind: 'eventResult', handle: 0, type: 0x0d1d, info: fromHex('') },
  H243: {
    kind: 'action',
    confirmed: true,
    type: 0x0c1b,
    info: fromHex('01008480000000000000000600000000'),
  },
  'blood_pressure/rors_accepted_config': {
    kind: 'eventResult',
    type: 0x0d1c,
    info: fromHex('40000000'),
  },
  'pulse_oximeter/pulse_oximeter_episodic_set_response': {
    kind: 'setResult',
    handle: 55,
    attributes: [{ id: 0x0953, value: fromHex('0001') }],
  },
  'pulse_oximeter/pulse_oximeter_periodic_set_response': {
    kind: 'setResult',
    handle: 40,
    attributes: [{ id: 0x0953, value: fromHex('0001') }],
  },
};

/**
 * Examples whose bytes contradict themselves: what is wrong, and the change that makes them whole.
 * As they are they must be refused.
 */
type Damage = { readonly problem: string; readonly mend: (hex: string) => string };
const DAMAGED: Readonly<Record<string, Damage>> = {
  // An attribute's first six bytes stand twice, and one id reads 0A3C for 0A4C.
  H221_ID_0190: {
    problem: 'length',
    mend: (hex) => hex.replace('092f00040024092f0004', '092f0004').replace('0a3c', '0a4c'),
  },
  // The metric specification stands twice, once under the id of the metric structure.
  H221_ID_02BC: { problem: 'length', mend: (hex) => hex.replace('0a730002f040', '') },
  // The last of ten objects stands twice.
  'pedometer/pedometer_noti_config': {
    problem: 'length',
    mend: (hex) => `${hex.slice(0, -224)}${hex.slice(-112)}`,
  },
  // Three lengths are those of the fixed report of the same content.
  scan_report_info_var: {
    problem: 'contents',
    mend: (hex) =>
      hex
        .replace('01010036', '0101004a')
        .replace('000100020008', '00010002001a')
        .replace('000200020008', '000200020012'),
  },
  // The outer length counts two bytes more than there are.
  'pulse_oximeter/pulse_oximeter_buf_scan_report_mp_grouped': {
    problem: 'length',
    mend: (hex) => hex.replace('e7000030', 'e700002e'),
  },
};

describe.skipIf(folder === undefined)(
  'all examples of ../shared/data/ieee11073-apdu (skipped where that folder is absent)',
  () => {
    const mended = (name: string): Uint8Array =>
      fromHex(DAMAGED[name]?.mend(Buffer.from(read(name)).toString('hex')) ?? '');

    it('have an assertion each', () => {
      const names = readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' })
        .map((name) => name.replaceAll('\\', '/'))
        .filter((name) => !/README|description/.test(name))
        .filter((name) => statSync(join(folder ?? '', name)).isFile());
      const asserted = [REQUESTS, RESPONSES, ENDS, CONFIGURATIONS, REPORTS, SYSTEMS, MESSAGES]
        .flatMap((table) => Object.keys(table))
        .concat(Object.keys(DAMAGED), 'H244', 'data_apdu1', 'data_apdu2');
      expect(asserted.toSorted()).toEqual(names.toSorted());
      expect(names).toHaveLength(63);
    });

    it.each(Object.entries(REQUESTS))('%s asks for an association', (name, [id, system]) => {
      const apdu = apduOf(read(name));
      expect(apdu).toMatchObject({ kind: 'aarq', version: 0x80000000 });
      const offer = apdu.kind === 'aarq' ? apdu.offer : null;
      expect(offer).toMatchObject({ configurationId: id, systemType: 0x00800000 });
      expect(Buffer.from(offer?.systemId ?? []).toString('hex')).toBe(system);
    });

    it.each(Object.entries(RESPONSES))('%s answers it', (name, [result, system]) => {
      const apdu = apduOf(read(name));
      expect(apdu).toMatchObject({ kind: 'aare', result });
      const chosen = apdu.kind === 'aare' ? apdu.chosen : null;
      expect(chosen).toMatchObject({ encodingRules: 0x8000, systemType: 0x80000000 });
      expect(Buffer.from(chosen?.systemId ?? []).toString('hex')).toBe(system);
    });

    it.each(Object.entries(ENDS))('%s is %s', (name, said) => {
      const apdu = apduOf(read(name));
      expect('reason' in apdu ? `${apdu.kind} ${apdu.reason}` : apdu.kind).toBe(said);
    });

    it.each(Object.entries(CONFIGURATIONS))('%s tells objects', (name, objects) => {
      expect(objectsOf(configurationOf(read(name)))).toEqual(objects);
    });

    it.each(Object.entries(REPORTS))('%s tells values', (name, [by, values]) => {
      const configuration = typeof by === 'number' ? standard(by) : configurationOf(read(by));
      expect(valuesOf(eventOf(read(name)), configuration)).toEqual(values);
    });

    it.each(Object.entries(SYSTEMS))('%s tells who it is', (name, [model, systemId, id, kind]) => {
      const message = messageOf(read(name));
      const attributes = message.kind === 'getResult' ? message.attributes : [];
      expect(readMds(attributes)).toMatchObject({
        manufacturer: 'TheCompany',
        model,
        serialNumber: 'DE124567',
        systemId,
        configurationId: id,
        specialisations: [kind],
        time: { text: '2007-02-01T12:05:00' },
      });
    });

    it.each(Object.entries(MESSAGES))('%s', (name, message) => {
      expect(messageOf(read(name))).toMatchObject(message);
    });

    it('H244 answers a data request with a report', () => {
      const message = messageOf(read('H244'));
      const response = message.kind === 'actionResult' ? readDataResponse(message.info) : null;
      expect(response).toMatchObject({ result: 0, type: 0x0d1d });
      const event = { handle: 0, type: 0x0d1d, info: response?.info ?? new Uint8Array() };
      expect(valuesOf(event, configurationOf(read('H221')))).toEqual([
        '1 57664=62.4 1731 @2007-02-01T12:10:00',
        '2 57676=25.6 544 @2007-02-01T12:10:00',
      ]);
    });

    it('data_apdu1 and data_apdu2 are bare data, and no APDU', () => {
      expect(parseApdu(read('data_apdu1'))).toMatchObject({ ok: false });
      expect(readData(readerOf(read('data_apdu1')))).toMatchObject({
        invokeId: 0x4321,
        message: { kind: 'eventResult', type: 0x0d1c, info: fromHex('40000000') },
      });
      expect(readData(readerOf(read('data_apdu2')))).toMatchObject({
        invokeId: 0x7654,
        message: { kind: 'action', confirmed: true, type: 0x0c1b },
      });
    });

    it.each(Object.entries(DAMAGED))(
      '%s contradicts itself and is refused',
      (name, { problem }) => {
        expect(parseApdu(read(name))).toEqual({ ok: false, problem });
      },
    );

    it('the contradictory ones, mended, say what they were meant to', () => {
      expect(objectsOf(configurationOf(mended('H221_ID_0190')))).toEqual([
        '1: 19384 544 [a4c/2 990/8]',
        '10: 18458 2720 [a4c/2 990/8]',
        '3: 19384 544 [a4c/2 990/8]',
      ]);
      expect(objectsOf(configurationOf(mended('H221_ID_02BC')))).toEqual([
        '1: 18948 (18949 18950 18951) 3872 [a75/10 990/8]',
        '2: 18474 2720 [a4c/2 990/8]',
      ]);
      expect(valuesOf(eventOf(mended('scan_report_info_var')), standard(0x02bc))).toEqual([
        '1 18949=120 3872, 18950=80 3872, 18951=100 3872 @2007-12-06T12:10:00',
        '2 18474=60 2720 @2007-12-06T12:10:00',
      ]);
      const grouped = mended('pulse_oximeter/pulse_oximeter_buf_scan_report_mp_grouped');
      expect(valuesOf(eventOf(grouped), configurationOf(read(WITH_SCANNER)))).toEqual([
        '1/1 19384=98 544 @2008-07-03T12:10:00',
        '1/10 18458=73 2720 @-',
        '1/3 19384=98 544 @-',
      ]);
      expect(objectsOf(configurationOf(mended('pedometer/pedometer_noti_config')))).toHaveLength(
        10,
      );
    });
  },
);
