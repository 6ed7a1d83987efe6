import { z } from 'zod';

/**
 * Packets of a device that only a window reaches (a microphone has no other public way): made by the
 * window, read by the device's adapter in the host, so that such a device has the same states,
 * quality, record and trace as any other. Layout, little-endian:
 *
 * hello: u8 1, then a `FeedHello` as JSON in UTF-8. First, and again whenever something changed.
 * sound: u8 2, 3 zero bytes, u32 number of the first sample since the hello (wraps), then Int32
 * samples: 2^23 - 1 is full scale, so that a float32 or 24-bit sample is kept whole.
 */
export const FEED_HELLO = 1;
export const FEED_SOUND = 2;
export const FEED_SOUND_HEADER_BYTES = 8;
export const FEED_FULL_SCALE = 2 ** 23 - 1;

export const FeedHelloSchema = z.object({
  /** As the browser names the device; ends with `(vvvv:pppp)` on Chromium. */
  label: z.string().max(200),
  rateHz: z.number().int().min(4_000).max(192_000),
});
export type FeedHello = z.infer<typeof FeedHelloSchema>;

export function encodeHello(hello: FeedHello): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(hello));
  const bytes = new Uint8Array(json.length + 1);
  bytes[0] = FEED_HELLO;
  bytes.set(json, 1);
  return bytes;
}

/** @returns null when the packet is no hello. */
export function decodeHello(packet: Uint8Array): FeedHello | null {
  if (packet[0] !== FEED_HELLO) {
    return null;
  }
  try {
    const parsed = FeedHelloSchema.safeParse(
      JSON.parse(new TextDecoder().decode(packet.subarray(1))),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** @param samples in [-1, 1]; what lies beyond is cut at full scale. */
export function encodeSound(firstSample: number, samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FEED_SOUND_HEADER_BYTES + samples.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FEED_SOUND);
  view.setUint32(4, firstSample >>> 0, true);
  for (let index = 0; index < samples.length; index++) {
    const value = Math.max(-1, Math.min(1, samples[index] ?? 0));
    view.setInt32(FEED_SOUND_HEADER_BYTES + index * 4, Math.round(value * FEED_FULL_SCALE), true);
  }
  return bytes;
}

export type SoundPacket = { readonly firstSample: number; readonly samples: Int32Array };

/** @returns null when the packet is no whole sound packet. */
export function decodeSound(packet: Uint8Array): SoundPacket | null {
  const body = packet.length - FEED_SOUND_HEADER_BYTES;
  const isSound = packet[0] === FEED_SOUND && packet.subarray(1, 4).every((byte) => byte === 0);
  if (!isSound || body <= 0 || body % 4 !== 0) {
    return null;
  }
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const samples = new Int32Array(body / 4);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = view.getInt32(FEED_SOUND_HEADER_BYTES + index * 4, true);
  }
  return { firstSample: view.getUint32(4, true), samples };
}
