import { afterEach, describe, expect, it } from 'vitest';
import { importDevice } from '../client.ts';
import { interfaceTriples } from '../descriptors.ts';
import { serveModels, type UsbipServer } from '../serve.ts';
import { createCamera } from './camera.ts';
import { testPicture } from './testPicture.ts';

const FRAMES = [
  { width: 640, height: 480, rate: 30 },
  { width: 320, height: 240, rate: 30 },
] as const;
const COMMIT_SMALL = Uint8Array.from([1, 0, 1, 2, ...new Uint8Array(22)]);

let server: UsbipServer | undefined;
afterEach(async () => server?.stop());

async function serve(buttonPolarity: 'pressed-is-1' | 'pressed-is-0' = 'pressed-is-1') {
  const camera = createCamera({
    identity: {
      vendorId: 0x1209,
      productId: 0x0002,
      manufacturer: 'Emulated',
      product: 'Camera',
      serialNumber: 'CAM-1',
    },
    frames: FRAMES,
    buttonPolarity,
  });
  server = await serveModels({
    port: 0,
    signal: new AbortController().signal,
    devices: [{ busId: '1-1', model: camera.model }],
  });
  return { camera, usb: await importDevice(server.port, '1-1') };
}

describe('emulated camera', () => {
  it('describes a control and a streaming interface whose lengths add up', async () => {
    const { usb } = await serve();
    const { bytes } = await usb.controlIn(0x80, 6, 0x0200, 0, 1024);
    expect(interfaceTriples(bytes)).toEqual([
      [14, 1, 0],
      [14, 2, 0],
    ]);
    expect(bytes.length).toBe((bytes[2] ?? 0) + 256 * (bytes[3] ?? 0));
    await usb.close();
  });

  it('negotiates the size that was asked for', async () => {
    const { usb } = await serve();
    await usb.controlOut(0x21, 1, 0x0100, 1, COMMIT_SMALL);
    const { bytes } = await usb.controlIn(0xa1, 0x81, 0x0100, 1, 26);
    expect([bytes.length, bytes[3]]).toEqual([26, 2]);
    expect(new DataView(bytes.buffer).getUint32(18, true)).toBe(320 * 240);
    expect((await usb.controlIn(0xa1, 0x81, 0x0100, 0, 26)).status).toBe(-32);
    await usb.close();
  });

  it('streams whole pictures with alternating frame ids, no faster than its rate', async () => {
    const { usb } = await serve();
    await usb.controlOut(0x21, 1, 0x0200, 1, COMMIT_SMALL);
    const started = performance.now();
    const ids: number[] = [];
    for (let frame = 0; frame < 4; frame += 1) {
      const { bytes } = await usb.read(2, 16_384).done;
      expect([bytes[0], (bytes[1] ?? 0) & 0x82]).toEqual([2, 0x82]);
      expect(Buffer.from(bytes.subarray(2))).toEqual(Buffer.from(testPicture(320, 240, frame)));
      ids.push((bytes[1] ?? 0) & 1);
    }
    expect(ids).toEqual([0, 1, 0, 1]);
    expect(performance.now() - started).toBeGreaterThan(3 * 33 - 5);
    await usb.close();
  });

  it('cuts a picture into payloads of the host’s size', async () => {
    const { usb } = await serve();
    await usb.controlOut(0x21, 1, 0x0200, 1, COMMIT_SMALL);
    const parts: Uint8Array[] = [];
    for (let last = 0; last === 0; ) {
      const { bytes } = await usb.read(2, 512).done;
      parts.push(bytes.subarray(2));
      last = (bytes[1] ?? 0) & 2;
    }
    expect(Buffer.concat(parts)).toEqual(Buffer.from(testPicture(320, 240, 0)));
    await usb.close();
  });

  it.each([
    ['pressed-is-1', 1],
    ['pressed-is-0', 0],
  ] as const)('sends its button down and up (%s)', async (polarity, down) => {
    const { camera, usb } = await serve(polarity);
    expect(camera.press()).toBe(false);
    const [first, second] = [usb.read(3, 16), usb.read(3, 16)];
    await usb.controlIn(0x80, 0, 0, 0, 2);
    expect(camera.press()).toBe(true);
    expect([...(await first.done).bytes]).toEqual([2, 1, 0, down]);
    expect([...(await second.done).bytes]).toEqual([2, 1, 0, 1 - down]);
    await usb.close();
  });

  it('draws JPEG pictures of the given size that differ from frame to frame', () => {
    const picture = Buffer.from(testPicture(640, 480, 1));
    expect(picture.subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(picture.subarray(-2).toString('hex')).toBe('ffd9');
    const size = picture.indexOf(Buffer.from('ffc0', 'hex'));
    expect([picture.readUInt16BE(size + 5), picture.readUInt16BE(size + 7)]).toEqual([480, 640]);
    expect(picture.equals(Buffer.from(testPicture(640, 480, 2)))).toBe(false);
  });
});
