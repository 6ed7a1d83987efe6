import { describe, expect, it } from 'vitest';
import { encodeAssociateResponse, parseApdu } from './apdu.ts';
import { decide, isUsable } from './association.ts';
import type { ConfigObject } from './configuration.ts';
import { standardConfiguration } from './standardConfigurations.ts';

/** H211_ID_02BC of IEEE 11073-20601 annex H, with changes. */
const REQUEST =
  'e2000032800000000001002a5079002680000000a0008000000040000000008000000008112233445566770702bc8480010100000000';

function requestWith(change: (hex: string) => string) {
  const parsed = parseApdu(Uint8Array.from(Buffer.from(change(REQUEST), 'hex')));
  if (!parsed.ok || parsed.apdu.kind !== 'aarq') {
    throw new Error('not a request');
  }
  return parsed.apdu;
}

describe('an association request', () => {
  it('of a standard configuration is accepted', () => {
    const decision = decide(requestWith((hex) => hex));
    expect(decision).toMatchObject({ result: 0, configurationId: 0x02bc });
    expect(decision.configuration?.objects.size).toBe(2);
    expect(decision.systemId).toBe('1122334455667707');
  });

  it.each([
    ['02bc', '4000', 3],
    ['02bc', '02bd', 3],
    ['e200003280000000', 'e200003240000000', 8],
    ['5079', 'ffff', 4],
    ['a00080000000', '400080000000', 5],
    ['a00080000000', 'a00040000000', 5],
  ])('%s changed to %s is answered with %i', (from, to, result) => {
    expect(decide(requestWith((hex) => hex.replace(from, to))).result).toBe(result);
  });

  it('is answered in the version that it offers', () => {
    const offering = (version: string) =>
      decide(requestWith((hex) => hex.replace('002680000000', `0026${version}`)));
    expect(offering('80000002').protocolVersion).toBe(0x80000002);
    expect(offering('c0000001').protocolVersion).toBe(0x80000000);
    expect(offering('40000000').result).toBe(4);
  });

  it('is answered as H212 is, whoever answers', () => {
    const systemId = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
    const answer = encodeAssociateResponse({ result: 3, protocolVersion: 0x80000000, systemId });
    expect(Buffer.from(answer).toString('hex')).toBe(
      'e300002c0003507900268000000080008000000000000000800000000008112233445566778800000000000000000000',
    );
    const refusal = encodeAssociateResponse({ result: 4, protocolVersion: 0, systemId });
    expect(parseApdu(refusal)).toMatchObject({ ok: true, apdu: { kind: 'aare', result: 4 } });
  });
});

describe('a configuration', () => {
  const object = (code: number, partition = 2): ConfigObject => ({
    objectClass: 6,
    handle: 1,
    type: { partition, code },
    supplemental: [],
    unit: 544,
    metricIds: [],
    valueMaps: [],
    sampleArray: null,
    scanner: null,
    store: null,
  });
  const of = (one: ConfigObject) => ({ id: 0x4000, objects: new Map([[1, one]]) });

  it('is of use when there is something to show', () => {
    for (const id of [0x0190, 0x0191, 0x02bc, 0x05dc, 0x06a4]) {
      const standard = standardConfiguration(id);
      expect(standard !== null && isUsable(standard)).toBe(true);
    }
    expect(isUsable(of(object(19384)))).toBe(true);
    // A code of another partition, a private code, a body fat ratio: not known here.
    expect(isUsable(of(object(19384, 128)))).toBe(false);
    expect(isUsable(of(object(61456)))).toBe(false);
    expect(isUsable(of(object(57676)))).toBe(false);
    expect(isUsable({ id: 0x4000, objects: new Map() })).toBe(false);
  });
});
