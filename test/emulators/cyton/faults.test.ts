import { describe, expect, it } from 'vitest';
import { CYTON_FAULTS, parseFaults } from './faults.ts';
import { FRAME_LENGTH } from './frame.ts';
import { decodeWithOracle, utilities } from './oracle.ts';
import { plan, say, stream, testCyton } from './support.ts';

const SECONDS = 20;
const FRAMES = SECONDS * 250;
const clean = stream(testCyton(), SECONDS);
const run = (fault: string) => {
  const device = testCyton({ faults: plan(fault) });
  return { ...stream(device, SECONDS, 1), device };
};
const frameOf = (bytes: Uint8Array, n: number): Uint8Array =>
  bytes.subarray(n * FRAME_LENGTH, (n + 1) * FRAME_LENGTH);
const framesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / FRAME_LENGTH }, (_, n) => frameOf(bytes, n));
const bitsDiffering = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, byte, i) => sum + (byte ^ (b[i] ?? 0)).toString(2).replaceAll('0', '').length, 0);

describe('fault table', () => {
  it('has a sentence for each, and every name parses with and without its value', () => {
    for (const [name, { value, meaning }] of Object.entries(CYTON_FAULTS)) {
      expect(meaning.length).toBeGreaterThan(20);
      expect(parseFaults([name]).ok).toBe(true);
      expect(parseFaults([`${name}:${value === 0 ? 1 : value}`]).ok).toBe(true);
    }
  });

  it.each(['explode', 'garbage:', 'garbage:0', 'stall:-1', 'lead-off:V9', 'clock-drift:fast'])(
    'refuses %s',
    (text) => expect(parseFaults([text])).toMatchObject({ ok: false }),
  );
});

describe('faults', () => {
  it('split-writes: the same bytes in two to four pieces a frame', () => {
    const { bytes, writes, device, frames } = run('split-writes');
    expect(clean.bytes.subarray(0, bytes.length)).toEqual(bytes);
    expect(frames).toBeGreaterThanOrEqual(FRAMES - 1);
    expect(writes.length).toBeGreaterThan(2 * frames);
    expect(Math.max(...writes.map((w) => w.length))).toBeLessThan(FRAME_LENGTH);
    expect(device.faultsInjected()).toBe(FRAMES);
  });

  it('garbage: every frame is still there, with other bytes before some', () => {
    const { bytes, writes, device } = run('garbage');
    const tails = writes.map((write) => write.subarray(write.length - FRAME_LENGTH));
    expect(Buffer.concat(tails)).toEqual(clean.bytes);
    const dirty = writes.filter((write) => write.length > FRAME_LENGTH).length;
    expect(writes[0]?.length).toBeGreaterThan(FRAME_LENGTH);
    expect(dirty).toBe(device.faultsInjected());
    expect(dirty).toBeGreaterThan(FRAMES / 50);
    expect(bytes.length).toBeGreaterThan(clean.bytes.length);
  });

  it('bit-flip: exactly one bit in some frames', () => {
    const { bytes, device } = run('bit-flip');
    const flips = framesOf(bytes).map((frame, n) => bitsDiffering(frame, frameOf(clean.bytes, n)));
    expect(Math.max(...flips)).toBe(1);
    expect(flips.filter((count) => count === 1)).toHaveLength(device.faultsInjected());
    expect(device.faultsInjected()).toBeGreaterThan(FRAMES / 40);
  });

  it('drop-frame: the vendor counts as many lost packets as were dropped', () => {
    const { bytes, frames, device } = run('drop-frame');
    const samples = decodeWithOracle(bytes);
    const lost = samples.slice(1).reduce((sum, { sampleNumber }, n) => {
      const before = samples[n]?.sampleNumber ?? -9;
      return sum + (utilities.droppedPacketCheck(before, sampleNumber)?.length ?? 0);
    }, 0);
    expect(frames + device.faultsInjected()).toBe(FRAMES);
    expect(lost).toBeGreaterThan(FRAMES / 100);
    // A frame dropped at the very end has no successor to show it.
    expect(device.faultsInjected() - lost).toBeLessThanOrEqual(1);
  });

  it('stall: silence of the asked length, from 2 s on, every 6 s', () => {
    const device = testCyton({ faults: plan('stall:1500') });
    say(device, 'b');
    const sentAt: number[] = [];
    for (let t = 4; t <= 16_000; t += 4) if (device.advance(t).frames > 0) sentAt.push(t);
    const gaps = sentAt
      .slice(1)
      .flatMap((t, i) => (t - (sentAt[i] ?? 0) > 4 ? [[sentAt[i], t]] : []));
    expect(gaps).toEqual([
      [1996, 3500],
      [7996, 9500],
      [13_996, 15_500],
    ]);
  });

  it('disconnect-mid-frame: ends inside a frame, once', () => {
    const device = testCyton({ faults: plan('disconnect-mid-frame:100') });
    const { bytes, frames } = stream(device, 5);
    expect(frames).toBe(100);
    expect(bytes.length - 100 * FRAME_LENGTH).toBeGreaterThan(0);
    expect(bytes.length - 100 * FRAME_LENGTH).toBeLessThan(FRAME_LENGTH);
    const after = device.advance(60_000);
    expect([after.disconnect, after.frames > 10_000]).toEqual([false, true]);
  });

  it('disconnect-mid-frame: one late call stops at the cut', () => {
    const device = testCyton({ faults: plan('disconnect-mid-frame:100') });
    say(device, 'b');
    const out = device.advance(10_000);
    expect([out.frames, out.disconnect]).toEqual([100, true]);
  });

  it('sync-in-payload: A0 and C0 stand 32 bytes apart off the grid, true frames stay whole', () => {
    const { bytes, device } = run('sync-in-payload');
    const falseStarts = [...bytes.keys()].filter(
      (at) => at % FRAME_LENGTH === 24 && bytes[at] === 0xa0 && bytes[at + 32] === 0xc0,
    );
    expect(falseStarts).toHaveLength(FRAMES / 8);
    expect(device.faultsInjected()).toBe(FRAMES / 4);
    expect(decodeWithOracle(bytes)).toHaveLength(FRAMES);
  });

  it('late-reply: text comes when it is late, and not before', () => {
    const device = testCyton({ faults: plan('late-reply:700') });
    expect(say(device, 'V', 1000)).toBe('');
    expect(device.nextDueMs()).toBe(1700);
    expect(device.advance(1699).bytes).toHaveLength(0);
    expect(Buffer.from(device.advance(1700).bytes).toString()).toBe('v3.1.2$$$');
  });

  it('late-reply with split-writes: text never cuts a frame in two', () => {
    const device = testCyton({ faults: plan('late-reply:50', 'split-writes') });
    say(device, 'b');
    for (let t = 1; t <= 30; t += 1) say(device, 'V', t);
    const out: Uint8Array[] = [];
    for (let t = 31; t <= 200; t += 1) out.push(...device.advance(t).writes);
    const parts = Buffer.concat(out).toString('latin1').split('v3.1.2$$$');
    expect(parts).toHaveLength(31);
    for (const part of parts.slice(0, -1)) expect(part.length % FRAME_LENGTH).toBe(0);
  });

  it.each([
    ['V3', [4]],
    ['LA', [0]],
    ['LL', [1]],
    ['RA', [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('lead-off:%s: these channels, and no others, at the rail', (electrode, channels) => {
    const device = testCyton({ faults: plan(`lead-off:${electrode}`) });
    for (const { channelData } of decodeWithOracle(stream(device, 0.2).bytes)) {
      const railed = channelData.flatMap((volts, n) =>
        Math.abs(volts) > 0.98 * 0.1875 ? [n] : [],
      );
      expect(railed).toEqual(channels);
    }
  });

  it('no-board: whatever one says, the dongle answers Failure, and nothing streams', () => {
    const device = testCyton({ faults: plan('no-board'), streamOnStart: true });
    for (const command of ['v', 'b', '?']) {
      const reply = Buffer.from(say(device, command));
      expect(utilities.isFailureInBuffer(reply) && utilities.doesBufferHaveEOT(reply)).toBe(true);
    }
    expect(device.advance(10_000).bytes).toHaveLength(0);
  });

  it('clock-drift: 500 ppm more frames', () => {
    const device = testCyton({ faults: plan('clock-drift:500') });
    expect(stream(device, 80).frames).toBe(20_010);
  });

  it('wrong-stop-byte: some frames the vendor refuses, only their last byte differs', () => {
    const { bytes, device } = run('wrong-stop-byte');
    const wrong = framesOf(bytes).filter((frame) => frame[32] !== 0xc0);
    expect(wrong).toHaveLength(device.faultsInjected());
    expect(wrong.length).toBeGreaterThan(FRAMES / 40);
    for (const frame of wrong) expect((frame[32] ?? 0xc0) >> 4).not.toBe(0xc);
    const heads = (all: Uint8Array) => framesOf(all).map((frame) => frame.subarray(0, 32));
    expect(Buffer.concat(heads(bytes))).toEqual(Buffer.concat(heads(clean.bytes)));
  });
});
