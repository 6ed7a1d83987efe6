import type { Lead, StreamDescriptor } from '../contracts/devices.ts';
import { type BlockUnit, CHANNEL_FLAG, type SampleBlock } from '../contracts/sampleBlock.ts';

/**
 * Computes a lead's values from a block's raw counts, in the channels' physical unit (uV):
 * sum(weight * count * scale). `terms[].channel` is the channel's position in the block.
 *
 * @param out receives `block.samplesPerChannel` values; may be longer. Float32Array for drawing:
 *   near the rails (187 mV) it rounds to 0.016 uV, most of a count; Float64Array keeps all.
 * @returns bits of CHANNEL_FLAG: a lead is as doubtful as any channel that contributes to it.
 * @throws RangeError when `out` is too short or the block has no such channel: a caller's bug.
 */
export function leadValues(
  block: SampleBlock,
  lead: Lead,
  out: Float32Array | Float64Array,
): number {
  const count = block.samplesPerChannel;
  if (out.length < count) {
    throw new RangeError(`${count} values do not fit ${out.length}`);
  }
  out.fill(0, 0, count);
  for (const term of lead.terms) {
    const channel = block.channels[term.channel];
    if (channel === undefined) {
      throw new RangeError(`lead ${lead.name} needs channel ${term.channel}`);
    }
    const factor = term.weight * channel.scale;
    const from = term.channel * count;
    for (let index = 0; index < count; index++) {
      out[index] = (out[index] ?? 0) + (block.samples[from + index] ?? 0) * factor;
    }
  }
  return leadFlags(block, lead);
}

/** @returns bits of CHANNEL_FLAG of every channel that contributes to `lead`. */
export function leadFlags(block: SampleBlock, lead: Lead): number {
  let flags = 0;
  for (const term of lead.terms) {
    flags |= block.channels[term.channel]?.flags ?? CHANNEL_FLAG.lost;
  }
  return flags;
}

export type ShownLead = Lead & { readonly unit: BlockUnit };

/** Leads where a stream has them, else its channels as they are. */
export function shownLeads(descriptor: StreamDescriptor): ShownLead[] {
  const { channels, leads } = descriptor;
  const unitOf = (channel: number | undefined): BlockUnit =>
    channels[channel ?? 0]?.unit ?? 'count';
  return leads.length > 0
    ? leads.map((lead) => ({ ...lead, unit: unitOf(lead.terms[0]?.channel) }))
    : channels.map(({ name, unit }, channel) => ({
        name,
        code: '',
        derived: false,
        terms: [{ channel, weight: 1 }],
        unit,
      }));
}
