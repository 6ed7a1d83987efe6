/**
 * Nonin serial data format 2: 75 frames a second of 01 STATUS PLETH FLOAT CHK; what FLOAT means
 * follows from the place among the 25 frames of a packet. Source: the packet and frame classes of
 * OpenICE (https://github.com/mdpnp/mdpnp), which repeat Nonin's OEM specification.
 */
export const FRAMES_PER_PACKET = 25;
export const FRAME_BYTES = 5;
export const FRAMES_PER_SECOND = 75;

export const STATUS = {
  always: 0x80,
  sensorDisconnected: 0x40,
  artifact: 0x20,
  outOfTrack: 0x10,
  sensorAlarm: 0x08,
  /** Perfusion, shown while a pulse is in the finger: two lamps, both lit are yellow (OpenICE). */
  green: 0x02,
  yellow: 0x06,
  red: 0x04,
  sync: 0x01,
} as const;

export const MISSING_RATE = 511;
export const MISSING_SPO2 = 127;

/** What a packet says in its 25 floating bytes. */
export type NoninValues = {
  /** 0..510, or `MISSING_RATE`. */
  readonly heartRate: number;
  /** 0..100, or `MISSING_SPO2`. */
  readonly spo2: number;
  /** Counts packets; 14 bits go on the wire. */
  readonly timer: number;
  /** Revision of the firmware. */
  readonly revision: number;
};

function seven(value: number): [number, number] {
  return [(value >> 7) & 0x7f, value & 0x7f];
}

/** The floating bytes in the order of the frames: averages over 4 and 8 beats agree here. */
export function floatBytes(values: NoninValues): Uint8Array {
  const { heartRate, spo2, timer, revision } = values;
  const bytes = new Uint8Array(FRAMES_PER_PACKET);
  bytes[3] = revision;
  bytes.set(seven(timer), 5);
  for (const at of [0, 13, 19, 21]) bytes.set(seven(heartRate), at);
  for (const at of [2, 8, 9, 10, 15, 16]) bytes[at] = spo2;
  return bytes;
}

/** One frame; bit 7 of `status` is set here, `pleth` is one byte. */
export function encodeNoninFrame(status: number, pleth: number, float: number): Uint8Array {
  const frame = Uint8Array.of(1, STATUS.always | status, pleth, float, 0);
  frame[4] = frame.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return frame;
}
