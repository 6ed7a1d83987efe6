import type { HostClock } from '../../../emulators/host/clock.ts';
import type { UsbPort } from '../model.ts';
import { PAYLOAD_BYTES } from './probe.ts';
import { type FrameSize, STREAM } from './uvcDescriptors.ts';

const SECOND = 1000;
const HEADER_BYTES = 2;
/** Bits of the payload header: UVC 1.0, 2.4.3.3. */
const HEADER = { frameId: 0x01, endOfFrame: 0x02, endOfHeader: 0x80 } as const;

/** Pictures in payloads, as the host asks for them and no faster than the frame rate. */
export function createStream(options: {
  readonly port: UsbPort;
  readonly clock: HostClock;
  readonly draw: (size: FrameSize, frame: number) => Uint8Array;
}) {
  const { port, clock, draw } = options;
  let size: FrameSize | null = null;
  let picture: Uint8Array = new Uint8Array(0);
  let frame = 0;
  let dueMs = 0;
  let cancel: () => void = () => undefined;

  const sendPayload = (room: number): void => {
    const part = picture.subarray(0, Math.min(room, PAYLOAD_BYTES) - HEADER_BYTES);
    picture = picture.subarray(part.length);
    const end = picture.length === 0 ? HEADER.endOfFrame : 0;
    const flags = HEADER.endOfHeader | end | (frame & HEADER.frameId);
    port.send(STREAM, Uint8Array.from([HEADER_BYTES, flags, ...part]));
    if (end !== 0) frame += 1;
  };
  const pump = (): void => {
    cancel();
    for (;;) {
      const room = port.waiting(STREAM)[0];
      if (size === null || room === undefined || room <= HEADER_BYTES) return;
      if (picture.length === 0) {
        const nowMs = clock.nowMs();
        if (nowMs < dueMs) {
          cancel = clock.schedule(dueMs - nowMs, pump);
          return;
        }
        dueMs = Math.max(dueMs + SECOND / size.rate, nowMs);
        picture = draw(size, frame);
      }
      sendPayload(room);
    }
  };
  return {
    /** The host settled on a size: what was under way is dropped. */
    begin: (chosen: FrameSize): void => {
      size = chosen;
      picture = new Uint8Array(0);
      dueMs = clock.nowMs();
      pump();
    },
    pump,
    stop: (): void => cancel(),
  };
}
