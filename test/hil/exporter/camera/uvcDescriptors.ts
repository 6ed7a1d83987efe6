import {
  associationDescriptor,
  CLASS,
  configuration,
  endpointDescriptor,
  IN,
  interfaceDescriptor,
  TRANSFER,
  u16,
  u32,
} from '../descriptors.ts';

/* USB Video Class 1.0: a camera of one MJPEG format over a bulk endpoint, with a button. */
export const STREAM = 2;
export const STATUS = 3;
export const STREAMING_INTERFACE = 1;
const CONTROL_INTERFACE = 0;
const BULK_BYTES = 512;
const STATUS_BYTES = 16;
/** 2^(6-1) * 125 us = 4 ms. */
const STATUS_INTERVAL = 6;
const SUBCLASS = { control: 1, streaming: 2, collection: 3 } as const;
const CS_INTERFACE = 0x24;
const CS_ENDPOINT = 0x25;
const CAMERA = 1;
const OUTPUT = 2;
const CLOCK_HZ = 6_000_000;
/** Units of frame intervals: 100 ns. */
const TICKS_PER_SECOND = 10_000_000;

export type FrameSize = { readonly width: number; readonly height: number; readonly rate: number };

export function intervalOf(frame: FrameSize): number {
  return Math.round(TICKS_PER_SECOND / frame.rate);
}

/** Room for one compressed picture: flat blocks take far less than this. */
export function largestPicture({ width, height }: FrameSize): number {
  return width * height;
}

function controlDescriptors(): number[][] {
  const units = [
    // Camera terminal without controls, output terminal fed by it.
    [18, CS_INTERFACE, 2, CAMERA, ...u16(0x0201), 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0],
    [9, CS_INTERFACE, 3, OUTPUT, ...u16(0x0101), 0, CAMERA, 0],
  ];
  const total = 13 + units.flat().length;
  const clock = u32(CLOCK_HZ);
  return [
    [13, CS_INTERFACE, 1, ...u16(0x0100), ...u16(total), ...clock, 1, STREAMING_INTERFACE],
    ...units,
  ];
}

function frameDescriptor(frame: FrameSize, index: number): number[] {
  const bitsPerSecond = largestPicture(frame) * 8 * frame.rate;
  const rates = [...u32(bitsPerSecond), ...u32(bitsPerSecond), ...u32(largestPicture(frame))];
  const interval = u32(intervalOf(frame));
  const size = [...u16(frame.width), ...u16(frame.height)];
  return [30, CS_INTERFACE, 7, index + 1, 0, ...size, ...rates, ...interval, 1, ...interval];
}

function streamingDescriptors(frames: readonly FrameSize[]): number[][] {
  const formats = [
    [11, CS_INTERFACE, 6, 1, frames.length, 0, 1, 0, 0, 0, 0],
    ...frames.map(frameDescriptor),
    // Colours: BT.709 primaries and transfer, BT.601 matrix.
    [6, CS_INTERFACE, 0x0d, 1, 1, 4],
  ];
  const total = 14 + formats.flat().length;
  // Still pictures by the host; the hardware trigger exists and means "take a picture".
  const header = [14, CS_INTERFACE, 1, 1, ...u16(total), STREAM | IN, 0, OUTPUT, 1, 1, 0, 1, 0];
  return [header, ...formats];
}

export function cameraConfiguration(frames: readonly FrameSize[]): Uint8Array {
  const streaming = { number: STREAMING_INTERFACE, endpoints: 1 };
  return configuration(2, [
    associationDescriptor(CONTROL_INTERFACE, 2, [CLASS.video, SUBCLASS.collection, 0]),
    interfaceDescriptor({
      number: CONTROL_INTERFACE,
      endpoints: 1,
      triple: [CLASS.video, SUBCLASS.control, 0],
    }),
    ...controlDescriptors(),
    endpointDescriptor(STATUS | IN, TRANSFER.interrupt, STATUS_BYTES, STATUS_INTERVAL),
    [5, CS_ENDPOINT, TRANSFER.interrupt, ...u16(STATUS_BYTES)],
    interfaceDescriptor({ ...streaming, triple: [CLASS.video, SUBCLASS.streaming, 0] }),
    ...streamingDescriptors(frames),
    endpointDescriptor(STREAM | IN, TRANSFER.bulk, BULK_BYTES),
  ]);
}
