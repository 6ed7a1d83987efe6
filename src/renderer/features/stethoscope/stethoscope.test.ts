import { describe, expect, it } from 'vitest';
import type { Capture } from '../../../contracts/captures.ts';
import { ok } from '../../../contracts/faults.ts';
import { decodeHello, decodeSound } from '../../../contracts/windowFeed.ts';
import type { InputDevices } from '../../media/inputSession.ts';
import type { WindowFeed } from '../../media/portLink.ts';
import type { SoundPiece } from './soundTap.ts';
import { createStethoscope, voiceProcessing } from './stethoscope.ts';

const OFF = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const RATE = 8_000;

async function rig(settings: object = OFF) {
  const fed: WindowFeed[] = [];
  const ended: string[] = [];
  const heard: string[] = [];
  const saved: Capture[] = [];
  const constraints: unknown[] = [];
  const hook: { piece: (piece: SoundPiece) => void; attached: () => void; taps: number } = {
    piece: () => undefined,
    attached: () => undefined,
    taps: 0,
  };
  const inputs = [
    { deviceId: 'default', label: 'Default' },
    { deviceId: 'web', label: 'Webcam microphone' },
    { deviceId: 'st', label: 'Digital stethoscope (1234:5678)' },
  ];
  const track = Object.assign(new EventTarget(), {
    stop: () => undefined,
    getSettings: () => settings,
  });
  const stethoscope = createStethoscope({
    devices: {
      enumerateDevices: async () => inputs.map((one) => ({ ...one, kind: 'audioinput' })),
      getUserMedia: async (wanted: unknown) => {
        constraints.push(wanted);
        return { getTracks: () => [track], getAudioTracks: () => [track] };
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    } as unknown as InputDevices,
    stream: {
      feed: (feed) => fed.push(feed),
      endFeed: ({ path }) => ended.push(path),
      onAttached: (listener) => {
        hook.attached = listener;
        return () => undefined;
      },
      hostTimeNow: () => 5_000,
    },
    save: async (capture) => {
      saved.push(capture);
      return ok({ captureId: 'id', bytes: 1, sha256: '0'.repeat(64) });
    },
    openTap: (_track, onPiece) => {
      hook.piece = onPiece;
      hook.taps++;
      return () => {
        hook.taps--;
      };
    },
    openMonitor: (_stream, rateHz, band) => {
      heard.push(`${band} ${rateHz}`);
      return { setBand: (next) => heard.push(next), close: () => heard.push('closed') };
    },
    nowIso: () => '2026-11-22T08:00:00.000Z',
  });
  await stethoscope.open();
  let pieces = 0;
  const play = (count: number, value = 0.25): void => {
    for (let index = 0; index < count; index++) {
      const samples = new Float32Array(RATE / 100).fill(value);
      hook.piece({ samples, rateHz: RATE, channels: 1, timeUs: pieces++ * 10_000 });
    }
  };
  return { stethoscope, fed, ended, heard, saved, constraints, hook, play };
}

const hellos = (fed: readonly WindowFeed[]): number =>
  fed.filter(({ packet }) => decodeHello(packet) !== null).length;
const samplesOf = (fed: readonly WindowFeed[]): number =>
  fed.reduce((sum, { packet }) => sum + (decodeSound(packet)?.samples.length ?? 0), 0);

describe('stethoscope', () => {
  it('opens the one that is named so, with all processing off, and hands its sound over', async () => {
    const { stethoscope, constraints, fed, ended, play, hook } = await rig();
    expect(constraints).toEqual([
      { audio: { deviceId: { exact: 'st' }, channelCount: 1, ...OFF } },
    ]);
    play(20);
    expect(fed[0]?.path).toBe('Digital stethoscope (1234:5678)');
    expect(hellos(fed)).toBe(1);
    expect(stethoscope.sound.state()?.level?.peakDbfs).toBeCloseTo(-12.04, 1);
    stethoscope.close();
    expect(samplesOf(fed)).toBe(20 * 80);
    expect(ended).toEqual(['Digital stethoscope (1234:5678)']);
    expect(hook.taps).toBe(0);
    expect(stethoscope.sound.state()).toBeNull();
  });

  it('says hello again to a host that started anew', async () => {
    const { stethoscope, fed, hook, play } = await rig();
    play(10);
    hook.attached();
    play(10);
    expect(hellos(fed)).toBe(2);
    const firsts = fed.flatMap(({ packet }) => decodeSound(packet)?.firstSample ?? []);
    expect(firsts).toEqual([0, 400, 0, 400]);
    stethoscope.close();
  });

  it.each([
    { ...OFF, echoCancellation: true },
    { ...OFF, echoCancellation: 'all' },
    { ...OFF, noiseSuppression: true },
    { ...OFF, autoGainControl: undefined },
    { ...OFF, voiceIsolation: true },
    {},
  ])('refuses a microphone that alters the sound, or does not say: %o', async (settings) => {
    const { stethoscope, hook } = await rig(settings);
    expect(stethoscope.input.state()).toMatchObject({
      phase: 'failed',
      fault: { code: 'MEDIA_VOICE_PROCESSING' },
    });
    expect(hook.taps).toBe(0);
    stethoscope.close();
  });

  it('trusts a microphone that says all of it is off', () => {
    expect(voiceProcessing({ getSettings: () => ({ ...OFF }) })).toBeNull();
  });

  it('gives the headphones a band, which the record does not pass through', async () => {
    const { stethoscope, heard, fed, play } = await rig();
    play(10);
    stethoscope.setMonitor({ on: true });
    stethoscope.setMonitor({ band: 'lung' });
    play(10);
    stethoscope.setMonitor({ on: false });
    expect(heard).toEqual(['diaphragm 8000', 'lung', 'closed']);
    expect(samplesOf(fed)).toBe(20 * 80);
    stethoscope.close();
  });

  it('keeps the last seconds as a file', async () => {
    const { stethoscope, saved, play } = await rig();
    await stethoscope.keep();
    expect(saved).toEqual([]);
    play(50);
    await stethoscope.keep();
    expect(saved[0]?.meta).toMatchObject({
      kind: 'audio',
      rateHz: RATE,
      samples: 50 * 80,
      hostTimeMs: 5_000,
      device: { vendorId: '1234', productId: '5678' },
    });
    expect(stethoscope.kept.state()).toEqual({ state: 'kept', seconds: 0.5 });
    stethoscope.close();
  });
});
