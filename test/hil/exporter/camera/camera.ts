import type { UsbIdentity } from '../../../emulators/definition.ts';
import { type HostClock, realClock } from '../../../emulators/host/clock.ts';
import { CLASS } from '../descriptors.ts';
import { REQUEST_TYPE, type UsbDeviceModel, type UsbPort } from '../model.ts';
import { SPEED } from '../wire.ts';
import { createNegotiation, PAYLOAD_BYTES } from './probe.ts';
import { createStream } from './stream.ts';
import { testPicture } from './testPicture.ts';
import {
  cameraConfiguration,
  type FrameSize,
  STATUS,
  STREAM,
  STREAMING_INTERFACE,
} from './uvcDescriptors.ts';

export type CameraOptions = {
  readonly identity: UsbIdentity;
  /** The first is the default. */
  readonly frames: readonly [FrameSize, ...FrameSize[]];
  /** Some cameras send 0 when the button goes down and 1 when it comes up. */
  readonly buttonPolarity: 'pressed-is-1' | 'pressed-is-0';
  readonly clock?: HostClock;
};

/** A status packet of a streaming interface: UVC 1.0, table 2-2. */
const FROM_STREAMING = 2;
const BUTTON = 0;
const HOLD_MS = 150;

/** A USB camera with a picture button. */
export function createCamera(options: CameraOptions) {
  const clock = options.clock ?? realClock;
  let port: UsbPort | null = null;
  let release: () => void = () => undefined;
  const sendButton = (isDown: boolean): boolean => {
    const isOne = isDown === (options.buttonPolarity === 'pressed-is-1');
    // The kernel asks for status only while a program has the camera open: else a press is lost.
    const isAsked = port !== null && port.waiting(STATUS).length > 0;
    if (port === null || (isDown && !isAsked)) return false;
    const packet = [FROM_STREAMING, STREAMING_INTERFACE, BUTTON, isOne ? 1 : 0];
    return port.send(STATUS, Uint8Array.from(packet));
  };
  const model: UsbDeviceModel = {
    identity: options.identity,
    release: 0x0100,
    speed: SPEED.high,
    deviceClass: [CLASS.miscellaneous, 0x02, 0x01],
    configuration: cameraConfiguration(options.frames),
    keptBytes: PAYLOAD_BYTES * 4,
    attach: (attached) => {
      port = attached;
      const stream = createStream({
        port: attached,
        clock,
        draw: ({ width, height }, frame) => testPicture(width, height, frame),
      });
      const negotiation = createNegotiation(options.frames, stream.begin);
      return {
        control: (setup, data) =>
          (setup.requestType & REQUEST_TYPE.mask) === REQUEST_TYPE.class
            ? negotiation.control(setup, data)
            : null,
        receive: () => undefined,
        demanded: (endpoint) => {
          if (endpoint === STREAM) stream.pump();
        },
        detached: () => {
          stream.stop();
          if (port === attached) port = null;
        },
      };
    },
    stop: () => release(),
  };
  return {
    model,
    /** Down, and up again a moment later. False: nobody has the camera open. */
    press: (): boolean => {
      release();
      const wasSeen = sendButton(true);
      release = wasSeen ? clock.schedule(HOLD_MS, () => sendButton(false)) : () => undefined;
      return wasSeen;
    },
  };
}
