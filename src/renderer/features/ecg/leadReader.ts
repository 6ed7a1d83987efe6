import type { Lead } from '../../../contracts/devices.ts';
import { CHANNEL_FLAG, type SampleBlock } from '../../../contracts/sampleBlock.ts';
import { leadValues } from '../../../signal/leads.ts';
import { BaselineFilter } from './displayFilter.ts';

/** A stretch of all leads, ready to be drawn. */
export type LeadSegment = {
  readonly epoch: number;
  readonly firstSample: number;
  readonly count: number;
  readonly hostTimeMs: number;
  /** Samples that are missing before this stretch. */
  readonly missingBefore: number;
  /** Microvolts (counts where nobody calibrated them), planar: lead l is values[l * count ...]. */
  readonly values: Float32Array;
  /** Per lead: 1 where one of its electrodes is off. */
  readonly off: Uint8Array<ArrayBuffer>;
};

const NS_PER_MS = 1e6;
/** After so long without signal the old baseline says nothing any more. */
const BASELINE_MEMORY_SECONDS = 1;

/** Follows one stream and turns its blocks into stretches of leads, in order, gaps counted. */
export class LeadReader {
  readonly #leads: readonly Lead[];
  readonly #rateHz: number;
  readonly #filters: readonly BaselineFilter[] | null;
  readonly #wasOff: Uint8Array;
  readonly #channelsNeeded: number;
  #epoch = -1;
  #seq = -1;
  #nextSample = 0;
  #lastHostMs = 0;

  constructor(leads: readonly Lead[], rateHz: number, filtered: boolean) {
    this.#leads = leads;
    this.#rateHz = rateHz;
    this.#filters = filtered ? leads.map(() => new BaselineFilter(rateHz)) : null;
    this.#wasOff = new Uint8Array(leads.length);
    const channels = leads.flatMap(({ terms }) => terms.map(({ channel }) => channel + 1));
    this.#channelsNeeded = Math.max(0, ...channels);
  }

  /**
   * @returns null for a block that comes after its time (the sweep never goes back) or that lacks
   * channels of the descriptor: it came over a network.
   */
  read(block: SampleBlock): LeadSegment | null {
    const sameEpoch = block.epoch === this.#epoch;
    if (block.channels.length < this.#channelsNeeded) {
      return null;
    }
    if (block.epoch < this.#epoch || (sameEpoch && block.seq <= this.#seq)) {
      return null;
    }
    const hostTimeMs = Number(block.hostTimeNs) / NS_PER_MS;
    const missingBefore = this.#missingBefore(block, sameEpoch, hostTimeMs);
    if (missingBefore > this.#rateHz * BASELINE_MEMORY_SECONDS) {
      this.#filters?.forEach((filter) => {
        filter.reset();
      });
    }
    this.#epoch = block.epoch;
    this.#seq = block.seq;
    this.#nextSample = block.firstSample + block.samplesPerChannel;
    this.#lastHostMs = hostTimeMs;
    return this.#segment(block, missingBefore, hostTimeMs);
  }

  #missingBefore(block: SampleBlock, sameEpoch: boolean, hostTimeMs: number): number {
    if (this.#epoch < 0) {
      return 0;
    }
    if (sameEpoch) {
      return Math.max(0, block.firstSample - this.#nextSample);
    }
    const elapsed = ((hostTimeMs - this.#lastHostMs) / 1000) * this.#rateHz;
    return Math.max(1, Math.round(elapsed) - block.samplesPerChannel);
  }

  #segment(block: SampleBlock, missingBefore: number, hostTimeMs: number): LeadSegment {
    const count = block.samplesPerChannel;
    const values = new Float32Array(this.#leads.length * count);
    const off = new Uint8Array(this.#leads.length);
    this.#leads.forEach((lead, index) => {
      const from = index * count;
      const flags = leadValues(block, lead, values.subarray(from, from + count));
      off[index] = (flags & CHANNEL_FLAG.leadOff) === 0 ? 0 : 1;
      if (off[index] === 0) {
        if (this.#wasOff[index] === 1) {
          this.#filters?.[index]?.reset();
        }
        this.#filters?.[index]?.apply(values, from, from + count);
      }
      this.#wasOff[index] = off[index] ?? 0;
    });
    return {
      epoch: block.epoch,
      firstSample: block.firstSample,
      count,
      hostTimeMs,
      missingBefore,
      values,
      off,
    };
  }
}
