import type { StreamDescriptor } from '../../contracts/devices.ts';
import type { SampleBlock } from '../../contracts/sampleBlock.ts';

export type GatedBlock = { readonly block: SampleBlock; readonly receivedAtMs: number };
type Deliver = (gated: GatedBlock, descriptor: StreamDescriptor | null) => void;

/**
 * Holds live blocks back until the cart has described their epoch on this connection: descriptions
 * travel on another channel and may be overtaken, and after a restart of the cart the same numbers
 * can mean another record.
 */
export type DescriptorGate = {
  readonly offer: (gated: GatedBlock) => void;
  readonly describe: (descriptor: StreamDescriptor) => void;
  /** Lets through, undescribed, what has waited too long. */
  readonly sweep: (nowMs: number) => void;
  /** The cart's connection is new. */
  readonly reset: () => void;
  /** The newest description of each stream, from this connection or the one before. */
  readonly descriptors: () => readonly StreamDescriptor[];
  readonly descriptorOf: (block: SampleBlock) => StreamDescriptor | null;
};

const PATIENCE_MS = 2000;
const MOST_HELD = 1024;

export function createDescriptorGate(deliver: Deliver): DescriptorGate {
  const newest = new Map<number, StreamDescriptor>();
  /** Epochs of each stream that were described on this connection. */
  const open = new Map<number, number>();
  let held: GatedBlock[] = [];

  const isOpen = ({ block }: GatedBlock): boolean => {
    const epoch = open.get(block.streamId);
    return epoch !== undefined && block.epoch <= epoch;
  };
  const descriptorOf = (block: SampleBlock): StreamDescriptor | null => {
    const descriptor = newest.get(block.streamId);
    return descriptor?.epoch === block.epoch ? descriptor : null;
  };

  function release(mayGo: (gated: GatedBlock) => boolean): void {
    const going = held.filter(mayGo);
    if (going.length > 0) {
      held = held.filter((gated) => !going.includes(gated));
      for (const gated of going) {
        deliver(gated, descriptorOf(gated.block));
      }
    }
  }

  return {
    offer: (gated) => {
      const { streamId } = gated.block;
      // What waits goes first: the order of a stream is kept.
      if (isOpen(gated) && !held.some(({ block }) => block.streamId === streamId)) {
        deliver(gated, descriptorOf(gated.block));
        return;
      }
      held.push(gated);
      if (held.length > MOST_HELD) {
        const oldest = held[0];
        release((waiting) => waiting === oldest);
      }
    },
    describe: (descriptor) => {
      newest.set(descriptor.streamId, descriptor);
      open.set(descriptor.streamId, descriptor.epoch);
      release(isOpen);
    },
    sweep: (nowMs) => release(({ receivedAtMs }) => nowMs - receivedAtMs >= PATIENCE_MS),
    reset: () => {
      open.clear();
    },
    descriptors: () => [...newest.values()],
    descriptorOf,
  };
}
