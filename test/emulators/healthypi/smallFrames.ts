/**
 * Frames of HealthyPi v4 and v5: 0A FA, length of the payload (u16), type 2, payload, 00 0B, without
 * a checksum; all numbers have the low byte first. Sources: the firmware in
 * https://github.com/Protocentral/protocentral_healthypi_v4 and
 * https://github.com/Protocentral/protocentral_healthypi5_zephyr
 */
export const V4_FRAME_BYTES = 27;
export const V5_FRAME_BYTES = 29;
const PAYLOAD_AT = 5;
const STREAM_TYPE = 2;
/** Two bytes of the v4 frame are always these: no cuff is there. */
const DUMMY_PRESSURE = [80, 120] as const;

export type SmallFrame = {
  readonly ecg: number;
  readonly respiration: number;
  readonly red: number;
  readonly infrared: number;
  /** Hundredths of a degree Celsius. */
  readonly temperature: number;
  readonly respirationRate: number;
  readonly spo2: number;
  readonly heartRate: number;
};

function wrap(payloadBytes: number, fill: (payload: DataView) => void): Uint8Array {
  const frame = new Uint8Array(PAYLOAD_AT + payloadBytes + 2);
  frame.set([0x0a, 0xfa, payloadBytes & 0xff, payloadBytes >> 8, STREAM_TYPE]);
  fill(new DataView(frame.buffer, PAYLOAD_AT, payloadBytes));
  frame.set([0x00, 0x0b], PAYLOAD_AT + payloadBytes);
  return frame;
}

/** ECG and respiration have 16 bits; `leadOff` is the front end's status, 0 when all is on. */
export function encodeV4(f: SmallFrame & { readonly leadOff: number }): Uint8Array {
  return wrap(20, (payload) => {
    payload.setInt16(0, f.ecg, true);
    payload.setInt16(2, f.respiration, true);
    payload.setInt32(4, f.infrared, true);
    payload.setInt32(8, f.red, true);
    payload.setUint16(12, f.temperature, true);
    const rest = [f.respirationRate, f.spo2, f.heartRate, ...DUMMY_PRESSURE, f.leadOff];
    for (const [i, byte] of rest.entries()) payload.setUint8(14 + i, byte);
  });
}

/** `hasBioz`: every other frame brings a new value of the slower channel, the others repeat it. */
export function encodeV5(f: SmallFrame & { readonly hasBioz: boolean }): Uint8Array {
  return wrap(22, (payload) => {
    payload.setInt32(0, f.ecg, true);
    payload.setInt32(4, f.respiration, true);
    payload.setUint8(8, f.hasBioz ? 0x00 : 0xff);
    payload.setInt32(9, f.red, true);
    payload.setInt32(13, f.infrared, true);
    payload.setInt16(17, f.temperature, true);
    for (const [i, byte] of [f.spo2, f.heartRate, f.respirationRate].entries()) {
      payload.setUint8(19 + i, byte);
    }
  });
}
