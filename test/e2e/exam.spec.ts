import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { type Cart, startCart, waitUntil } from '../../src/cli/demo/cart.ts';
import { listDevices } from '../../src/cli/demo/cartCalls.ts';
import { openDisplay } from '../../src/cli/demo/display.ts';
import { projectRoot, readRuntime } from '../../src/cli/demo/project.ts';
import { onlyRecording } from '../../src/cli/demo/record.ts';
import type { CaptureRecord, StillMeta } from '../../src/contracts/captures.ts';
import { FEED_FULL_SCALE } from '../../src/contracts/windowFeed.ts';
import { type RecordingVisitor, readRecording } from '../../src/record/reader.ts';
import en from '../../src/renderer/i18n/en.json' with { type: 'json' };
import fr from '../../src/renderer/i18n/fr.json' with { type: 'json' };
import { heartSound, wavOf16Bits } from '../support/heartSound.ts';
import { type CartStore, openCartStore } from './cartStore.ts';
import { pictureInBoth, putNoticesAway } from './pictures.ts';

/** Chromium's fake microphones give this rate, and a file of it without resampling. */
const RATE_HZ = 44_100;
const TOUCH_PX = 48;

const wav = heartSound(RATE_HZ, 5);
let folder = '';
let dataDir = '';
let cart: Cart;
let page: Page;
let pedal: FileHandle | null = null;
let store: CartStore | null = null;
const closers: (() => unknown)[] = [];

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-exam-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  dataDir = path.join(folder, 'data');
  const sound = path.join(folder, 'heart.wav');
  writeFileSync(sound, wavOf16Bits(wav, RATE_HZ));
  const display = await openDisplay(false);
  closers.push(() => display.close());
  cart = await startCart({
    runtime: readRuntime(projectRoot()),
    display: display.name,
    devices: await openPedal(),
    dataDir,
    outsideAddress: null,
    camera: null,
    size: '1600x1000',
    appArgs: [
      '--use-fake-device-for-media-stream=device-count=2',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-audio-capture=${sound}`,
    ],
  });
  closers.push(() => cart.close());
  ({ page } = cart);
  await putNoticesAway(page);
});

test.afterAll(async () => {
  store?.close();
  for (const close of closers.toReversed()) {
    await close();
  }
});

/** A FIFO answers the host as a kernel input device does; Linux alone has those. */
async function openPedal(): Promise<string[]> {
  if (process.platform !== 'linux') {
    return [];
  }
  const fifo = path.join(folder, 'pedal');
  execFileSync('mkfifo', [fifo]);
  pedal = await open(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  closers.push(() => pedal?.close());
  return [`generic.pedal@input:${fifo}`];
}

/** linux/input.h: time 16 bytes, EV_KEY, KEY_A, 1 pressed or 0 released. */
async function pressPedal(): Promise<void> {
  for (const value of [1, 0]) {
    const event = Buffer.alloc(24);
    event.writeUInt16LE(1, 16);
    event.writeUInt16LE(30, 18);
    event.writeInt32LE(value, 20);
    await pedal?.write(event);
  }
}

/** Beside the cart, by the key that its system keeps. */
async function cartStore(): Promise<CartStore> {
  store ??= await openCartStore(dataDir);
  return store;
}

const captures = async (): Promise<CaptureRecord[]> => (await cartStore()).captures();

async function ofKind(kind: CaptureRecord['content']['kind']): Promise<CaptureRecord[]> {
  return (await captures()).filter(({ content }) => content.kind === kind);
}

const stills = async (): Promise<number> => (await ofKind('still')).length;

type Still = StillMeta & Pick<CaptureRecord, 'captureId' | 'bodySite' | 'provenance'>;

async function oneMoreStill(act: () => Promise<unknown>, what: string): Promise<Still> {
  const before = await stills();
  await act();
  await waitUntil(async () => (await stills()) > before, 20_000, what);
  // A second one would have to show by now.
  await page.waitForTimeout(700);
  expect(await stills(), what).toBe(before + 1);
  const [newest] = await ofKind('still');
  if (newest?.content.kind !== 'still') {
    throw new Error(what);
  }
  const { captureId, bodySite, provenance } = newest;
  return { ...newest.content, captureId, bodySite, provenance };
}

const instrument = (name: string) => page.locator(`[data-instrument="${name}"]`);
const panel = () => page.locator('.exam-panel');
const badge = () => panel().locator('.exam-bar .state');
const take = () => page.getByRole('button', { name: fr.examCamera.take });

async function tooSmall(): Promise<string[]> {
  return await page.evaluate((least) => {
    const touched = document.querySelectorAll(
      '.exam-panel :is(button, select, input[type=range], .segmented label), .exam-dock button',
    );
    return [...touched]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(({ text, box }) => `${text}: ${box.width}x${box.height}`);
  }, TOUCH_PX);
}

test.describe.configure({ mode: 'serial' });

test('the examination camera opens as large as it can, and is not that of the room', async () => {
  await instrument('camera').click();
  await expect(badge()).toHaveText(fr.exam.phase.live);
  const options = panel().getByLabel(fr.examCamera.device).locator('option');
  await expect(options).toHaveCount(2);
  await expect(
    panel().getByLabel(fr.examCamera.device).locator('option:checked'),
  ).not.toContainText(fr.examCamera.roomCamera.replace('{{name}}', '').trim());
  const size = await page.locator('.exam-view video').evaluate(async (element) => {
    const video = element as HTMLVideoElement;
    await new Promise((resolve) => {
      video.requestVideoFrameCallback(resolve);
    });
    const [track] = (video.srcObject as MediaStream).getVideoTracks();
    const { width, height } = track?.getCapabilities() ?? {};
    return { width: video.videoWidth, height: video.videoHeight, most: [width?.max, height?.max] };
  });
  expect([size.width, size.height]).toEqual(size.most);
  await expect(panel().getByText(`${size.width} × ${size.height} px`)).toBeVisible();
  expect(await tooSmall()).toEqual([]);
});

/** Holds the frame on screen and presses the key, until no new frame came in between. */
async function stillOfHeldFrame(): Promise<Still> {
  for (let attempt = 0; attempt < 5; attempt++) {
    let heldUs = Number.NaN;
    const still = await oneMoreStill(async () => {
      heldUs = await page.locator('.exam-view video').evaluate((element) => {
        const frame = new VideoFrame(element as HTMLVideoElement);
        window.dispatchEvent(new KeyboardEvent('keydown', { code: 'F8' }));
        const canvas = new OffscreenCanvas(frame.displayWidth, frame.displayHeight);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        context?.drawImage(frame, 0, 0);
        frame.close();
        const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
        Object.assign(globalThis, { held: data });
        return frame.timestamp;
      });
    }, 'a still');
    if (still.frameTimeUs === heldUs) {
      return still;
    }
  }
  throw new Error('a new frame came between, five times');
}

test('a still is the frame that was on screen, pixel by pixel, with where it is from', async () => {
  const seen = await stillOfHeldFrame();
  expect(seen).toMatchObject({
    kind: 'still',
    mediaType: 'image/png',
    trigger: 'key',
    purpose: 'other',
    device: { vendorId: null, productId: null },
    bodySite: null,
    provenance: {
      operator: null,
      binding: null,
      filters: 'none',
      browserDevice: { vendorId: null },
    },
    camera: { exposureMode: 'manual', exposureTime: 50, focusDistance: 50, zoom: 100 },
  });
  expect(seen.hostTimeMs).toBeGreaterThan(0);
  const png = await (await cartStore()).readCapture(seen.captureId);
  const compared = await page.evaluate(async (base64) => {
    const { held } = globalThis as unknown as { held: Uint8ClampedArray };
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context?.drawImage(image, 0, 0);
    const data = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    let different = 0;
    const shades = new Set<number>();
    for (let at = 0; at < data.length; at++) {
      different += data[at] === held[at] ? 0 : 1;
      shades.add(data[at] ?? 0);
    }
    return { length: data.length, different, shades: shades.size };
  }, png.toString('base64'));
  expect(compared.length).toBe(seen.widthPx * seen.heightPx * 4);
  expect(compared.different).toBe(0);
  expect(compared.shades).toBeGreaterThan(3);
  await expect(panel().getByText(fr.examCamera.shot.kept)).toBeVisible();
  await pictureInBoth('exam', page);
});

test('key, space bar, pedal and button on screen each take one picture', async () => {
  expect(await oneMoreStill(() => page.keyboard.press('F8'), 'F8')).toMatchObject({
    trigger: 'key',
  });
  await panel().focus();
  expect(await oneMoreStill(() => page.keyboard.press('Space'), 'space')).toMatchObject({
    trigger: 'key',
  });
  // The space bar on a button presses that button: one picture, from the button.
  await take().focus();
  expect(await oneMoreStill(() => page.keyboard.press('Space'), 'space on it')).toMatchObject({
    trigger: 'screen',
  });
  expect(await oneMoreStill(() => take().dblclick(), 'a double click')).toMatchObject({
    trigger: 'screen',
  });
});

test('the pedal takes one picture, also when it types at the same time', async () => {
  test.skip(process.platform !== 'linux', 'input devices are Linux’s');
  const both = async (): Promise<void> => {
    await Promise.all([pressPedal(), page.keyboard.press('F8')]);
  };
  expect(await oneMoreStill(pressPedal, 'pedal')).toMatchObject({ trigger: 'pedal' });
  await oneMoreStill(both, 'pedal that types');
});

test('another key can be taught, and the former one does nothing then', async () => {
  await page.getByRole('button', { name: fr.examCamera.changeKey }).click();
  const before = await stills();
  await page.keyboard.press('F9');
  await expect(panel().getByText('F9')).toBeVisible();
  await page.keyboard.press('F8');
  await page.waitForTimeout(1_000);
  expect(await stills()).toBe(before);
  await oneMoreStill(() => page.keyboard.press('F9'), 'F9');
  const settings = JSON.parse(readFileSync(path.join(dataDir, 'settings.json'), 'utf8'));
  expect(settings.exam).toEqual({ captureKey: 'F9' });
});

test('a still covers the live picture only until the next press, which takes none', async () => {
  const before = await stills();
  await page.getByRole('button', { name: fr.examCamera.enlarge }).click();
  await expect(page.locator('.exam-view img')).toBeVisible();
  await page.keyboard.press('F9');
  await expect(page.locator('.exam-view img')).toHaveCount(0);
  await page.waitForTimeout(700);
  expect(await stills()).toBe(before);
});

test('what the camera lets be adjusted is adjusted, at the same resolution', async () => {
  const track = () =>
    page.locator('.exam-view video').evaluate((element) => {
      const stream = (element as HTMLVideoElement).srcObject as MediaStream;
      const settings: Record<string, unknown> = { ...stream.getVideoTracks()[0]?.getSettings() };
      return settings;
    });
  const { width, height } = await track();
  await panel().getByLabel(fr.examCamera.control.zoom).fill('250');
  await expect.poll(async () => (await track())['zoom']).toBe(250);
  await panel().getByLabel(fr.examCamera.control.exposureTime).fill('70');
  await expect.poll(async () => (await track())['exposureTime']).toBe(70);
  // This camera offers the mode and does not take it: the panel shows what is, not what was asked.
  const exposure = panel().locator('.segmented', {
    hasText: fr.examCamera.control.exposureMode,
  });
  await exposure.getByText(fr.examCamera.mode.continuous).click();
  await page.waitForTimeout(500);
  expect((await track())['exposureMode']).toBe('manual');
  await expect(exposure.getByLabel(fr.examCamera.mode.manual)).toBeChecked();
  expect(await track()).toMatchObject({ width, height });
  const still = await oneMoreStill(() => take().click(), 'a still with zoom');
  expect(still).toMatchObject({
    widthPx: width,
    heightPx: height,
    camera: { zoom: 250, exposureMode: 'manual', exposureTime: 70 },
  });
});

// The browser's fake cameras cannot be pulled out: the track is told so, as the browser would.
test('a camera that goes is told at once, takes no picture, and goes on when it is back', async () => {
  const before = await stills();
  await page.locator('.exam-view video').evaluate((element) => {
    const stream = (element as HTMLVideoElement).srcObject as MediaStream;
    stream.getVideoTracks()[0]?.dispatchEvent(new Event('ended'));
  });
  await expect(panel().getByText(fr.fault.DEVICE_UNPLUGGED)).toBeVisible();
  await expect(take()).toBeDisabled();
  await page.keyboard.press('F9');
  await expect(panel().getByText(fr.fault.MEDIA_NO_PICTURE)).toBeVisible();
  expect(await stills()).toBe(before);
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
  await expect(badge()).toHaveText(fr.exam.phase.live);
  await expect(panel().getByText(fr.fault.DEVICE_UNPLUGGED)).toHaveCount(0);
  await page.waitForTimeout(500);
  await oneMoreStill(() => take().click(), 'a still after the unplug');
});

test('the panel closes by keyboard, and the camera is let go', async () => {
  await page.getByRole('button', { name: fr.exam.close }).focus();
  await page.keyboard.press('Enter');
  await expect(panel()).toHaveCount(0);
  await expect(instrument('camera')).toBeFocused();
  await page.keyboard.press('F9');
  await page.waitForTimeout(500);
  expect(await page.locator('.exam-view').count()).toBe(0);
});

async function stethoscope() {
  const devices = await listDevices(page);
  return devices.find(({ identity }) => identity.adapterId === 'usb.stethoscope');
}

test('the stethoscope becomes a device, seen and measured, and heard by band', async () => {
  await instrument('stethoscope').click();
  await expect(badge()).toHaveText(fr.exam.phase.live);
  await expect.poll(async () => (await stethoscope())?.state).toBe('streaming');
  expect(await stethoscope()).toMatchObject({
    kind: 'stethoscope',
    identity: { model: 'Fake Audio Input 1' },
    address: { kind: 'window', path: 'Fake Audio Input 1' },
    quality: [],
  });
  await expect
    .poll(() =>
      panel()
        .locator('meter')
        .first()
        .evaluate((meter) => (meter as HTMLMeterElement).value),
    )
    .toBeGreaterThan(-40);
  await page.waitForTimeout(1_000);
  const drawn = await panel()
    .locator('canvas')
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return data.filter((value, at) => at % 4 === 3 && value === 255).length;
    });
  expect(drawn).toBeGreaterThan(2_000);
  await page.getByRole('switch', { name: fr.stethoscope.monitorOff }).click();
  await expect(page.getByRole('switch')).toHaveAttribute('aria-checked', 'true');
  await panel().getByText(fr.stethoscope.bands.lung).click();
  await expect(panel().getByText(/100 à 1200 Hz/)).toBeVisible();
  expect(await tooSmall()).toEqual([]);
  await page.waitForTimeout(6_000);
  await pictureInBoth('stethoscope', page);
});

test('the last seconds are kept as they came', async () => {
  await page.getByRole('button', { name: fr.stethoscope.keep.replace('{{value}}', '15') }).click();
  await waitUntil(async () => (await ofKind('audio')).length === 1, 10_000, 'a sound');
  const [sound] = await ofKind('audio');
  const bytes = await (await cartStore()).readCapture(sound?.captureId ?? '');
  const samples = Array.from({ length: (bytes.length - 44) / 4 }, (_, index) =>
    bytes.readFloatLE(44 + index * 4),
  );
  expect(samples.length).toBeGreaterThan(5 * RATE_HZ);
  expect(differences(samples)).toEqual({ different: 0, found: true });
  expect(sound?.content).toMatchObject({ rateHz: RATE_HZ, samples: samples.length });
  expect(sound?.provenance.identity).toMatchObject({ adapterId: 'usb.stethoscope' });
});

test('the record holds every sample of the microphone, bit by bit', async () => {
  // More than eight seconds are to be compared; the tests before took less on a quiet machine.
  await page.waitForTimeout(3_000);
  await page.getByRole('button', { name: fr.exam.close }).click();
  await expect.poll(async () => (await stethoscope())?.state ?? 'gone').not.toBe('streaming');
  await page.waitForTimeout(1_500);
  const { stretches, gaps } = await recordedSound();
  // Where Chromium lost sound, on a machine that is too busy, the record must say so each time.
  expect(stretches).toHaveLength(gaps + 1);
  expect(stretches.flat().length).toBeGreaterThan(8 * RATE_HZ);
  for (const counts of stretches.filter(({ length }) => length > RATE_HZ / 2)) {
    expect(differences(counts.map((count) => count / FEED_FULL_SCALE))).toEqual({
      different: 0,
      found: true,
    });
  }
});

/** @returns what was recorded without a hole, hole by hole, and how many holes the record tells. */
async function recordedSound(): Promise<{ stretches: number[][]; gaps: number }> {
  const { unwrap } = await cartStore();
  const streams = new Set<number>();
  const stretches: number[][] = [];
  let next = -1;
  let gaps = 0;
  const visitor: RecordingVisitor = {
    onDescriptor: ({ kind, streamId }) => void (kind === 'sound' && streams.add(streamId)),
    onBlock: (block) => {
      if (streams.has(block.streamId)) {
        const follows = block.firstSample === next;
        stretches.push([...(follows ? (stretches.pop() ?? []) : []), ...block.samples]);
        next = block.firstSample + block.samples.length;
      }
    },
    onEvent: ({ code, streamId }) => {
      gaps += code === 'gap' && streamId !== null && streams.has(streamId) ? 1 : 0;
    },
  };
  const end = await readRecording(onlyRecording(dataDir), visitor, unwrap);
  expect(end.ok).toBe(true);
  return { stretches, gaps };
}

/** How Chromium makes a float of a 16-bit sample: by the limit of its side, or by one for both. */
const STEPS_OF_16_BITS = [
  (float: number): number => float * (float < 0 ? 32_768 : 32_767),
  (float: number): number => float * 32_768,
];
/** Of a step of 16 bits: what a float and a count round. More would be another sound. */
const ROUNDING_STEPS = 0.01;

/** Compares with the file that plays in a loop, from wherever it was when the first sample came. */
function differences(floats: readonly number[]): { different: number; found: boolean } {
  for (const asSteps of STEPS_OF_16_BITS) {
    const steps = floats.map(asSteps);
    const same = (index: number, start: number): boolean =>
      Math.abs((steps[index] ?? Number.NaN) - (wav[(start + index) % wav.length] ?? 0)) <
      ROUNDING_STEPS;
    const first = Array.from({ length: 500 }, (_, index) => index);
    const start = wav.findIndex((_, at) => first.every((index) => same(index, at)));
    if (start >= 0) {
      return { different: steps.filter((_, index) => !same(index, start)).length, found: true };
    }
  }
  return { different: floats.length, found: false };
}

test('after a crash of the device host the sound goes on by itself', async () => {
  await instrument('stethoscope').click();
  await expect.poll(async () => (await stethoscope())?.state).toBe('streaming');
  const pid = cart.hostPid();
  process.kill(pid, 'SIGKILL');
  await waitUntil(() => cart.hostPid() !== pid, 15_000, 'another host');
  await expect
    .poll(async () => (await stethoscope())?.state, { timeout: 20_000 })
    .toBe('streaming');
  const before = (await stethoscope())?.counts.samples ?? 0;
  await expect.poll(async () => (await stethoscope())?.counts.samples ?? 0).toBeGreaterThan(before);
  await page.getByRole('button', { name: fr.exam.close }).click();
});

test('a microphone that alters the sound is refused, in both languages', async () => {
  await page.evaluate(() => {
    const tracks = MediaStreamTrack.prototype as { getSettings(): MediaTrackSettings };
    tracks.getSettings = () => ({
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: true,
    });
  });
  await instrument('stethoscope').click();
  const words = (text: string): string => text.replace('{{what}}', 'autoGainControl');
  await expect(panel().getByText(words(fr.fault.MEDIA_VOICE_PROCESSING))).toBeVisible();
  await page.locator('[data-language="en"]').click();
  await expect(panel().getByText(words(en.fault.MEDIA_VOICE_PROCESSING))).toBeVisible();
  await page.locator('[data-language="fr"]').click();
  expect((await stethoscope())?.state ?? 'gone').not.toBe('streaming');
});
