import { describe, expect, it } from 'vitest';
import type { Lead } from '../../../contracts/devices.ts';
import { CHANNEL_FLAG, type SampleBlock } from '../../../contracts/sampleBlock.ts';
import { LeadReader } from './leadReader.ts';

const LEADS: Lead[] = [
  { name: 'I', code: 'MDC_ECG_LEAD_I', derived: false, terms: [{ channel: 0, weight: 1 }] },
  {
    name: 'III',
    code: 'MDC_ECG_LEAD_III',
    derived: true,
    terms: [
      { channel: 1, weight: 1 },
      { channel: 0, weight: -1 },
    ],
  },
];

function block(changes: Partial<SampleBlock> = {}, flags = [0, 0]): SampleBlock {
  return {
    streamId: 1,
    epoch: 0,
    seq: 0,
    flags: 0,
    firstSample: 0,
    deviceTimeMs: 0,
    hostTimeNs: 0n,
    rateHz: 250,
    samplesPerChannel: 2,
    channels: flags.map((flag, code) => ({ code, flags: flag, unit: 'uV' as const, scale: 0.5 })),
    samples: Int32Array.of(10, 20, 100, 200),
    ...changes,
  };
}

describe('LeadReader', () => {
  it('computes each lead from the raw channels', () => {
    const segment = new LeadReader(LEADS, 250, false).read(block());
    expect([...(segment?.values ?? [])]).toEqual([5, 10, 45, 90]);
  });

  it('counts what is missing between two blocks', () => {
    const reader = new LeadReader(LEADS, 250, true);
    reader.read(block());
    expect(reader.read(block({ seq: 1, firstSample: 2 }))?.missingBefore).toBe(0);
    expect(reader.read(block({ seq: 2, firstSample: 9 }))?.missingBefore).toBe(5);
  });

  it('measures the gap before a new epoch by the host clock', () => {
    const reader = new LeadReader(LEADS, 250, true);
    reader.read(block());
    const next = reader.read(block({ epoch: 1, hostTimeNs: 2_000_000_000n }));
    expect(next?.missingBefore).toBe(498);
  });

  it('never goes back: late, repeated and older blocks are left out', () => {
    const reader = new LeadReader(LEADS, 250, true);
    reader.read(block({ epoch: 3, seq: 5, firstSample: 10 }));
    expect(reader.read(block({ epoch: 3, seq: 5, firstSample: 10 }))).toBeNull();
    expect(reader.read(block({ epoch: 3, seq: 4, firstSample: 8 }))).toBeNull();
    expect(reader.read(block({ epoch: 2, seq: 9, firstSample: 40 }))).toBeNull();
  });

  it('calls a lead off when any of its electrodes is', () => {
    const segment = new LeadReader(LEADS, 250, true).read(block({}, [0, CHANNEL_FLAG.leadOff]));
    expect([...(segment?.off ?? [])]).toEqual([0, 1]);
  });

  it('leaves out a block with fewer channels than the leads need', () => {
    const poor = block({ samples: Int32Array.of(1, 2) }, [0]);
    expect(new LeadReader(LEADS, 250, true).read(poor)).toBeNull();
  });
});
