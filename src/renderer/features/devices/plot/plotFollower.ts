import type { StreamDescriptor } from '../../../../contracts/devices.ts';
import type { SampleBlock } from '../../../../contracts/sampleBlock.ts';
import { PlotColumns } from './plotColumns.ts';

export const PLOT_SECONDS = 10;
const MOST_COLUMNS = 600;
const NS_PER_MS = 1e6;

/** Turns the blocks of one live stream into columns; what is missing between them becomes a gap. */
export class PlotFollower {
  readonly columns: PlotColumns;
  readonly #channels: number;
  readonly #rateHz: number;
  #epoch = -1;
  #seq = -1;
  #nextSample = 0;
  #endMs = 0;

  constructor({ channels, rateHz }: Pick<StreamDescriptor, 'channels' | 'rateHz'>) {
    this.#channels = channels.length;
    this.#rateHz = rateHz;
    this.columns = new PlotColumns(channels.length, rateHz, PLOT_SECONDS, MOST_COLUMNS);
  }

  take(block: SampleBlock): void {
    const same = block.epoch === this.#epoch;
    const late = block.epoch < this.#epoch || (same && block.seq <= this.#seq);
    if (late || block.channels.length < this.#channels) {
      return;
    }
    const missing = this.#missingBefore(block, same);
    if (missing > 0) {
      this.columns.skip(missing);
    }
    this.#epoch = block.epoch;
    this.#seq = block.seq;
    this.#nextSample = block.firstSample + block.samplesPerChannel;
    this.#endMs = Number(block.hostTimeNs) / NS_PER_MS;
    const { samples, samplesPerChannel, channels } = block;
    this.columns.add(
      samplesPerChannel,
      (channel, sample) =>
        (samples[channel * samplesPerChannel + sample] ?? 0) * (channels[channel]?.scale ?? 1),
    );
  }

  #missingBefore(block: SampleBlock, same: boolean): number {
    if (this.#epoch < 0) {
      return 0;
    }
    if (same) {
      return Math.max(0, block.firstSample - this.#nextSample);
    }
    const elapsedMs = Number(block.hostTimeNs) / NS_PER_MS - this.#endMs;
    return Math.max(1, Math.round((elapsedMs / 1000) * this.#rateHz) - block.samplesPerChannel);
  }
}
