import type { StreamDescriptor } from '../contracts/devices.ts';
import {
  BLOCK_FLAG,
  type BlockUnit,
  CHANNEL_FLAG,
  type SampleBlock,
} from '../contracts/sampleBlock.ts';
import { leadFlags, leadValues, shownLeads } from '../signal/leads.ts';

/** One line of `devices read`; `t0Ms` is the device's clock, `values` are in `unit`. */
export type SampleLine = {
  readonly kind: 'samples';
  readonly lead: string;
  readonly code: string;
  readonly unit: BlockUnit;
  readonly stream: string;
  readonly origin: StreamDescriptor['origin'];
  readonly rateHz: number;
  readonly epoch: number;
  readonly seq: number;
  readonly firstSample: number;
  readonly t0Ms: number;
  readonly derived: boolean;
  readonly flags: readonly string[];
  readonly values: readonly number[];
};

/** Beyond the resolution of 24 bits. */
const DIGITS = 9;

/** @returns a function that turns a block into one line for each of the first `count` leads. */
export function createSampleLines(
  count: number,
): (block: SampleBlock, descriptor: StreamDescriptor) => SampleLine[] {
  let buffer = new Float64Array(0);
  return (block, descriptor) => {
    if (buffer.length !== block.samplesPerChannel) {
      buffer = new Float64Array(block.samplesPerChannel);
    }
    return shownLeads(descriptor)
      .slice(0, count)
      .map((lead) => {
        leadValues(block, lead, buffer);
        return {
          kind: 'samples',
          lead: lead.name,
          code: lead.code,
          unit: lead.unit,
          stream: descriptor.name,
          origin: descriptor.origin,
          rateHz: block.rateHz,
          epoch: block.epoch,
          seq: block.seq,
          firstSample: block.firstSample,
          t0Ms: block.deviceTimeMs,
          derived: lead.derived,
          flags: flagNames(block.flags, leadFlags(block, lead)),
          values: Array.from(buffer, (value) => Number(value.toPrecision(DIGITS))),
        };
      });
  };
}

function flagNames(blockFlags: number, channelFlags: number): string[] {
  const named = (bits: number, table: Readonly<Record<string, number>>): string[] =>
    Object.keys(table).filter((name) => (bits & (table[name] ?? 0)) !== 0);
  return [...named(blockFlags, BLOCK_FLAG), ...named(channelFlags, CHANNEL_FLAG)];
}
