import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../_sdk/bytes.ts';
import { computedMs, locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { fuzzTarget } from './fuzz.ts';
import {
  checksum,
  createAssembler,
  encodeCommand,
  REPORT_BYTES,
  SUB,
  toReports,
} from './protocol.ts';
import { readGdxTrace } from './trace.ts';

const golden = JSON.parse(
  readFileSync(
    new URL('../../../test/captures/vernier.gdx-spr/commands.json', import.meta.url),
    'utf8',
  ),
) as { readonly commands: readonly { name: string; counter: number; hex: string }[] };

const SUBS: Readonly<Record<string, readonly number[]>> = {
  ...SUB,
  sensorInfo: [],
  period: [],
  start: [],
  sensorInfo1: SUB.sensorInfo(1),
  period10ms: SUB.period(10_000),
  startMask2: SUB.start(2),
};

/** A message of so many bytes with the right checksum. */
function message(length: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  bytes[0] = 0x20;
  bytes[1] = length;
  bytes[3] = checksum(bytes, length);
  return bytes;
}

function assemble(reports: readonly Uint8Array[]) {
  const heard: string[] = [];
  let bad = 0;
  const assembler = createAssembler(
    (bytes, length) => heard.push(hex(bytes.subarray(0, length))),
    () => bad++,
  );
  for (const report of reports) {
    assembler.push(report, 0n);
  }
  return { heard, bad };
}

describe('Go Direct protocol', () => {
  it.each(golden.commands)('says $name as the vendor does', ({ name, counter, hex: expected }) => {
    expect(hex(encodeCommand(SUBS[name] ?? [], counter))).toBe(expected);
  });

  it('puts messages of any length together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 5, max: 255 }), fc.nat(255)), { maxLength: 10 }),
        (shapes) => {
          const messages = shapes.map(([length, fill]) => message(length, fill));
          const { heard, bad } = assemble(messages.flatMap(toReports));
          expect(heard).toEqual(messages.map(hex));
          expect(bad).toBe(0);
        },
      ),
    );
  });

  it('loses no more than the message whose report was lost', () => {
    fc.assert(
      fc.property(fc.nat(100), (at) => {
        const messages = [200, 40, 130, 64, 20, 255].map((length, fill) => message(length, fill));
        const reports = messages.flatMap(toReports);
        const lost = at % reports.length;
        const { heard } = assemble(reports.filter((_, index) => index !== lost));
        expect(messages.filter((one) => heard.includes(hex(one))).length).toBeGreaterThanOrEqual(
          messages.length - 2,
        );
        expect(heard.every((one) => messages.some((sent) => hex(sent) === one))).toBe(true);
      }),
    );
  });

  it('believes no message with a flipped bit', () => {
    const report = toReports(message(17, 3))[0] ?? new Uint8Array();
    for (let bit = 8; bit < 18 * 8; bit++) {
      const flipped = report.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(assemble([flipped]).heard).toEqual([]);
    }
  });

  it('refuses reports whose length byte promises more than came', () => {
    const report = toReports(message(60, 1))[0] ?? new Uint8Array();
    expect(assemble([report.subarray(0, 30), new Uint8Array(), report]).heard.length).toBe(1);
  });

  it('survives noise, quickly, and locks again', () => {
    survivesAnything(fuzzTarget);
    locksAgain(fuzzTarget, REPORT_BYTES);
    staysQuick(fuzzTarget);
  });

  it('reads two hundred thousand reports a second of a core', () => {
    const parser = fuzzTarget.create();
    const [seed = new Uint8Array()] = fuzzTarget.seeds();
    const reports = new Uint8Array(seed.length * 1000);
    for (let index = 0; index < 1000; index++) {
      reports.set(seed, index * seed.length);
    }
    parser.push(reports);
    const spentMs = computedMs(() => {
      for (let turn = 0; turn < 200; turn++) {
        parser.push(reports);
      }
    });
    expect(parser.accepted()).toBe(201_000);
    expect(spentMs).toBeLessThan(1_000);
  });

  it('tells a technician what the reports say', () => {
    const trace = readGdxTrace();
    const [command = new Uint8Array()] = toReports(encodeCommand(SUB.sensorInfo(2), 9));
    expect(trace('out', command)).toEqual(['sensor info 2 #9']);
    const [seed = new Uint8Array()] = fuzzTarget.seeds();
    expect(trace('in', seed)).toEqual(['real 0.5000 1.250']);
    expect(REPORT_BYTES).toBe(seed.length);
  });
});
