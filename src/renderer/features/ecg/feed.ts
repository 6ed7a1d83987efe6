import type { StreamDescriptor } from '../../../contracts/devices.ts';
import type { SampleBlock } from '../../../contracts/sampleBlock.ts';

/** Where the ECG view gets its blocks, past React: the stream port on the cart, the call elsewhere. */
export type EcgFeed = {
  /** Blocks in order, in time; `descriptor` is of the block's own epoch. @returns unsubscribes */
  readonly onBlock: (
    listener: (block: SampleBlock, descriptor: StreamDescriptor | null) => void,
  ) => () => void;
  /** The host's monotonic clock at a time of the page's performance clock; null while unknown. */
  readonly hostTimeOf: (pageMs: number) => number | null;
  /** Told when a view has drawn its first samples. */
  readonly onFirstDraw: () => void;
};
