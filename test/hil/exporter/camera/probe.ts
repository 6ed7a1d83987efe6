import type { Setup } from '../model.ts';
import {
  type FrameSize,
  intervalOf,
  largestPicture,
  STREAMING_INTERFACE,
} from './uvcDescriptors.ts';

/*
 * Negotiation of the stream: UVC 1.0, 4.3.1.1, a record of 26 bytes that is probed and then
 * committed.
 */
const RECORD_BYTES = 26;
const CONTROL = { probe: 1, commit: 2 } as const;
const REQUEST = { setCurrent: 0x01, getLength: 0x85, getInfo: 0x86 } as const;
const GET_AND_SET = 0x03;
/** The kernel takes at most 32 packets of 512 bytes in one bulk buffer. */
export const PAYLOAD_BYTES = 16_384;

function record(frame: FrameSize, index: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(RECORD_BYTES));
  // Hint: the interval is fixed.
  view.setUint16(0, 1, true);
  view.setUint8(2, 1);
  view.setUint8(3, index + 1);
  view.setUint32(4, intervalOf(frame), true);
  view.setUint32(18, largestPicture(frame), true);
  view.setUint32(22, PAYLOAD_BYTES, true);
  return new Uint8Array(view.buffer);
}

export function createNegotiation(
  frames: readonly [FrameSize, ...FrameSize[]],
  onCommit: (frame: FrameSize) => void,
) {
  let chosen = 0;
  const frame = (): FrameSize => frames[chosen] ?? frames[0];
  const set = (selector: number, data: Uint8Array): Uint8Array => {
    const wanted = (data[3] ?? 1) - 1;
    chosen = frames[wanted] === undefined ? 0 : wanted;
    if (selector === CONTROL.commit) onCommit(frame());
    return new Uint8Array(0);
  };
  return {
    /** null: no control of the streaming interface. */
    control: ({ request, value, index }: Setup, data: Uint8Array): Uint8Array | null => {
      const selector = value >> 8;
      const isOurs = selector === CONTROL.probe || selector === CONTROL.commit;
      if ((index & 0xff) !== STREAMING_INTERFACE || !isOurs) return null;
      if (request === REQUEST.setCurrent) return set(selector, data);
      if (request === REQUEST.getLength) return Uint8Array.from([RECORD_BYTES, 0]);
      if (request === REQUEST.getInfo) return Uint8Array.from([GET_AND_SET]);
      return record(frame(), chosen);
    },
  };
}
