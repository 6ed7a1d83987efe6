import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../contracts/faults.ts';
import { watchHotplug, watchNode } from './hotplug.ts';
import type { UsbHandle } from './libraries.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it was told so often, and long enough after to hear it told once more. */
async function settled(count: () => number, wanted: number, waits = 500) {
  for (let wait = 0; count() < wanted && wait < waits; wait++) {
    await later(10);
  }
  await later(100);
  return count();
}

function usbLibrary(getDevices: () => Promise<readonly UsbHandle[]>) {
  const events = new EventTarget();
  let listeners = 0;
  const usb = {
    getDevices,
    addEventListener: (type: string, listener: () => void) => {
      listeners++;
      events.addEventListener(type, listener);
    },
    removeEventListener: (type: string, listener: () => void) => {
      listeners--;
      events.removeEventListener(type, listener);
    },
  };
  return { load: async () => ok({ usb }), events, listeners: () => listeners };
}

describe('hot plug', () => {
  it('tells a burst of nodes once, also in folders that come with the first device', async () => {
    const dev = mkdtempSync(join(tmpdir(), 'chariot-dev-'));
    const stopping = new AbortController();
    let changes = 0;
    watchHotplug(() => changes++, stopping.signal, { dev });
    writeFileSync(join(dev, 'ttyUSB0'), '');
    writeFileSync(join(dev, 'hidraw0'), '');
    expect(await settled(() => changes, 1)).toBe(1);
    writeFileSync(join(dev, 'random'), '');
    expect(await settled(() => changes, 1)).toBe(1);
    mkdirSync(join(dev, 'bus/usb/001'), { recursive: true });
    expect(await settled(() => changes, 2)).toBe(2);
    writeFileSync(join(dev, 'bus/usb/001/004'), '');
    expect(await settled(() => changes, 3)).toBe(3);
    rmSync(join(dev, 'ttyUSB0'));
    expect(await settled(() => changes, 4)).toBe(4);
    writeFileSync(join(dev, 'ttyUSB1'), '');
    stopping.abort();
    expect(await settled(() => changes, 4)).toBe(4);
    rmSync(dev, { recursive: true });
  });

  it('tells that rights were given to a new node, and not that an old one is written to', async () => {
    const dev = mkdtempSync(join(tmpdir(), 'chariot-dev-'));
    const [old, young] = [join(dev, 'hidraw0'), join(dev, 'hidraw1')];
    writeFileSync(old, '');
    const stopping = new AbortController();
    let changes = 0;
    watchHotplug(() => changes++, stopping.signal, { dev });
    writeFileSync(old, 'report');
    expect(await settled(() => changes, 1, 5)).toBe(0);
    writeFileSync(young, '');
    expect(await settled(() => changes, 1)).toBe(1);
    chmodSync(young, 0o660);
    expect(await settled(() => changes, 2)).toBe(2);
    stopping.abort();
    rmSync(dev, { recursive: true });
  });

  it('hears the usb library where there are no nodes to watch', async () => {
    const { load, events, listeners } = usbLibrary(async () => []);
    const stopping = new AbortController();
    let changes = 0;
    watchHotplug(() => changes++, stopping.signal, { dev: null, load });
    await later(1);
    events.dispatchEvent(new Event('connect'));
    events.dispatchEvent(new Event('disconnect'));
    await later(80);
    expect(changes).toBe(1);
    expect(listeners()).toBe(2);
    stopping.abort();
    expect(listeners()).toBe(0);
  });

  it('stays quiet without a bus, without the library, without folders, and when it is too late', async () => {
    const { load, listeners } = usbLibrary(async () => {
      throw new Error('getDevices error: /sys/bus/usb/devices/ not found (errno 2)');
    });
    const stopping = new AbortController();
    watchHotplug(() => {}, stopping.signal, { dev: '/nonexistent', load });
    const absent = async () => failed('DEVICE_TRANSPORT_FAILED');
    watchHotplug(() => {}, stopping.signal, { dev: null, load: absent });
    await later(10);
    expect(listeners()).toBe(0);
    stopping.abort();
    watchHotplug(() => {}, stopping.signal, { dev: null, load });
    await later(10);
    expect(listeners()).toBe(0);
  });
});

describe('the node of one device', () => {
  it('tells its coming and going, and nothing of its neighbours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chariot-node-'));
    const stopping = new AbortController();
    let changes = 0;
    watchNode(join(folder, 'cyton'), () => changes++, stopping.signal);
    writeFileSync(join(folder, 'other'), '');
    writeFileSync(join(folder, 'cyton'), '');
    expect(await settled(() => changes, 1)).toBe(1);
    rmSync(join(folder, 'cyton'));
    expect(await settled(() => changes, 2)).toBe(2);
    stopping.abort();
    writeFileSync(join(folder, 'cyton'), '');
    expect(await settled(() => changes, 2)).toBe(2);
    rmSync(folder, { recursive: true });
  });

  it('does without where the folder is not there', () => {
    const stopping = new AbortController();
    expect(() => watchNode('/no/such/folder/node', () => undefined, stopping.signal)).not.toThrow();
    stopping.abort();
  });
});
