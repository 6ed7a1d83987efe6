import { describe, expect, it } from 'vitest';
import { fault } from '../../contracts/faults.ts';
import { createInputSession, type InputDevices } from './inputSession.ts';

type Track = EventTarget & { stopped: boolean; stop(): void };

/** The browser's side, as far as a session sees it. */
class Browser extends EventTarget {
  labels = new Map<string, string>();
  refuses: string | null = null;
  tracks: Track[] = [];
  asked: string[] = [];
  /** Awaited before a device is given. */
  gate: Promise<void> = Promise.resolve();

  enumerateDevices = async () =>
    [...this.labels].map(([deviceId, label]) => ({ deviceId, label, kind: 'videoinput' }));

  getUserMedia = async (constraints: { video: { deviceId: string } }) => {
    this.asked.push(constraints.video.deviceId);
    await this.gate;
    if (this.refuses !== null) {
      throw Object.assign(new Error('refused'), { name: this.refuses });
    }
    const track: Track = Object.assign(new EventTarget(), {
      stopped: false,
      stop() {
        track.stopped = true;
      },
    });
    this.tracks.push(track);
    return { getTracks: () => [track] };
  };

  plug(labels: Record<string, string>): void {
    this.labels = new Map(Object.entries(labels));
    this.dispatchEvent(new Event('devicechange'));
  }
}

function rig(
  labels: Record<string, string>,
  check = () => null as ReturnType<typeof fault> | null,
) {
  const browser = new Browser();
  browser.labels = new Map(Object.entries(labels));
  const session = createInputSession({
    devices: browser as unknown as InputDevices,
    kind: 'videoinput',
    constraints: (deviceId) => ({ video: { deviceId } }),
    prefer: (inputs) => inputs[0] ?? null,
    check,
    unavailable: 'MEDIA_CAMERA_UNAVAILABLE',
  });
  return { browser, session };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('input session', () => {
  it('opens the one to prefer, then the one that was chosen, and lets go of the first', async () => {
    const { browser, session } = rig({ a: 'Otoscope', b: 'Dermatoscope' });
    await session.open();
    expect(session.state()).toMatchObject({ phase: 'live', chosen: { deviceId: 'a' } });
    await session.choose('b');
    expect(session.state()).toMatchObject({ phase: 'live', chosen: { label: 'Dermatoscope' } });
    expect(browser.tracks.map(({ stopped }) => stopped)).toEqual([true, false]);
    session.close();
    expect(session.state()).toMatchObject({ phase: 'closed', stream: null });
    expect(browser.tracks.every(({ stopped }) => stopped)).toBe(true);
  });

  it('tells an unplug, and goes on when the device is back under another id', async () => {
    const { browser, session } = rig({ room: 'Room', a: 'Otoscope (f007:b999)' });
    await session.open();
    await session.choose('a');
    browser.labels = new Map([['room', 'Room']]);
    browser.tracks[1]?.dispatchEvent(new Event('ended'));
    expect(session.state()).toMatchObject({ phase: 'lost', fault: { code: 'DEVICE_UNPLUGGED' } });
    browser.plug({ room: 'Room' });
    await settled();
    // Never another camera in the place of the one that is missing.
    expect(session.state().phase).toBe('lost');
    browser.plug({ room: 'Room', c: 'Otoscope (f007:b999)' });
    await settled();
    expect(session.state()).toMatchObject({
      phase: 'live',
      fault: null,
      chosen: { deviceId: 'c' },
    });
    session.close();
  });

  it('tells an unplug of which the track says nothing', async () => {
    const { browser, session } = rig({ a: 'Otoscope' });
    await session.open();
    browser.plug({});
    await settled();
    expect(session.state()).toMatchObject({ phase: 'lost', stream: null });
    expect(browser.tracks[0]?.stopped).toBe(true);
    session.close();
  });

  it.each([
    ['NotAllowedError', 'MEDIA_PERMISSION_DENIED'],
    ['NotFoundError', 'DEVICE_NOT_FOUND'],
    ['NotReadableError', 'MEDIA_CAMERA_UNAVAILABLE'],
  ])('says %s in words', async (name, code) => {
    const { browser, session } = rig({ a: 'Otoscope' });
    browser.refuses = name;
    await session.open();
    expect(session.state()).toMatchObject({ phase: 'failed', fault: { code } });
    session.close();
  });

  it('waits for a first device where there is none', async () => {
    const { browser, session } = rig({});
    await session.open();
    expect(session.state()).toMatchObject({ phase: 'failed', fault: { code: 'DEVICE_NOT_FOUND' } });
    browser.plug({ a: 'Otoscope' });
    await settled();
    expect(session.state()).toMatchObject({ phase: 'live', fault: null });
    session.close();
  });

  it('keeps no device open that its check refuses', async () => {
    const wrong = fault('MEDIA_VOICE_PROCESSING', { what: 'autoGainControl' });
    const { browser, session } = rig({ a: 'Microphone' }, () => wrong);
    await session.open();
    expect(session.state()).toMatchObject({ phase: 'failed', fault: wrong, stream: null });
    expect(browser.tracks[0]?.stopped).toBe(true);
    session.close();
  });

  it('lets go of a device that comes after the panel was closed', async () => {
    const { browser, session } = rig({ a: 'Otoscope' });
    const gate = Promise.withResolvers<void>();
    browser.gate = gate.promise;
    const opening = session.open();
    await settled();
    session.close();
    gate.resolve();
    await opening;
    expect(session.state()).toMatchObject({ phase: 'closed', stream: null });
    expect(browser.tracks[0]?.stopped).toBe(true);
    browser.plug({ a: 'Otoscope', b: 'Another' });
    await settled();
    expect(browser.asked).toEqual(['a']);
  });
});
