import { encodeBlock } from '../../../../src/contracts/sampleBlock.ts';
import type { HostItem } from '../../../../src/devices/host/bus.ts';

const STREAM = 5;
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 7];
const SAMPLES = 10;
const RATE_HZ = 250;

/** Signal in a block. */
export const BLOCK_MS = (1000 * SAMPLES) / RATE_HZ;

/** Eight channels at 250 Hz, as the Cyton gives them; the samples tell which block they are of. */
export function signalBlock(epoch: number, seq: number, hostTimeNs: bigint): HostItem {
  const name = { streamId: STREAM, epoch, seq };
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample: seq * SAMPLES,
    deviceTimeMs: seq * BLOCK_MS,
    hostTimeNs,
    rateHz: RATE_HZ,
    samplesPerChannel: SAMPLES,
    channels: CHANNELS.map((code) => ({ code, flags: 0, unit: 'uV', scale: 0.02 })),
    samples: new Int32Array(CHANNELS.length * SAMPLES).fill(seq),
  });
  return { kind: 'block', name, bytes };
}
