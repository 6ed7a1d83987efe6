import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ok } from '../../contracts/faults.ts';
import { type HidWire, openHid } from './hid.ts';
import type { HidHandle, HidLibrary } from './libraries.ts';

const WIRE: HidWire = { kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 8 };

/** A device of node-hid's own shape, with its habits. */
class FakeHid extends EventEmitter implements HidHandle {
  readonly written: number[][] = [];
  readonly features: number[][] = [];
  writeError: unknown = null;
  closes = 0;

  write = async (values: Buffer): Promise<number> => {
    if (this.writeError !== null) {
      throw this.writeError;
    }
    this.written.push([...values]);
    return values.length;
  };
  getFeatureReport = async (id: number, length: number): Promise<Uint8Array> =>
    Uint8Array.from({ length }, (_, index) => (index === 0 ? id : index + 0x10));
  sendFeatureReport = async (data: Buffer): Promise<number> => this.features.push([...data]);
  close = async (): Promise<void> => {
    this.closes++;
    this.removeAllListeners();
  };
}

async function opened(fake: FakeHid, wire: HidWire = WIRE) {
  const library: HidLibrary = {
    devicesAsync: async () => [],
    HIDAsync: { open: async () => fake },
  };
  const result = await openHid('/dev/hidraw3', wire, async () => ok(library));
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

describe('HID transport', () => {
  it('writes whole reports with their id, and gives reports without', async () => {
    const fake = new FakeHid();
    const transport = await opened(fake);
    const got: number[][] = [];
    transport.readable.listen((bytes) => got.push([...bytes]));
    expect(await transport.writable.write(new Uint8Array([1, 2]))).toEqual(ok(undefined));
    expect(fake.written).toEqual([[0, 1, 2, 0, 0, 0, 0, 0, 0]]);
    fake.emit('data', Buffer.from([9, 8]));
    expect(got).toEqual([[9, 8]]);
    await transport.close();

    const numbered = new FakeHid();
    const other = await opened(numbered, { ...WIRE, reportId: 3, outputReportBytes: 2 });
    other.readable.listen((bytes) => got.push([...bytes]));
    await other.writable.write(new Uint8Array([7]));
    expect(numbered.written).toEqual([[3, 7, 0]]);
    numbered.emit('data', Buffer.from([3, 6, 5]));
    expect(got.at(-1)).toEqual([6, 5]);
    expect(await other.writable.write(new Uint8Array(3))).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
    await other.close();
  });

  it('puts the id before feature reports, and takes it off', async () => {
    const fake = new FakeHid();
    const transport = await opened(fake);
    const { control } = transport;
    const feature = { kind: 'feature', reportId: 2 } as const;
    expect(await control?.read(feature, 2)).toEqual(ok(new Uint8Array([0x11, 0x12])));
    expect(await control?.write(feature, new Uint8Array([0xf0]))).toEqual(ok(undefined));
    expect(fake.features).toEqual([[2, 0xf0]]);
    const usb = {
      kind: 'usb',
      requestType: 'class',
      recipient: 'interface',
      request: 0,
      value: 0,
      index: 0,
    } as const;
    expect(await control?.read(usb, 2)).toMatchObject({ fault: { code: 'DEVICE_CANNOT' } });
    await transport.close();
  });

  it('is unplugged when the reader says so in a bare string', async () => {
    const fake = new FakeHid();
    const transport = await opened(fake);
    const { closed, writable } = transport;
    fake.emit(
      'error',
      'could not read from HID device: hid_read_timeout: unexpected poll error (device disconnected)',
    );
    expect(await closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    expect(await writable.write(new Uint8Array(1))).toMatchObject({
      fault: { code: 'DEVICE_UNPLUGGED' },
    });
    await transport.close();
    expect(fake.closes).toBe(1);
  });

  it('takes a write that fails later for what it says', async () => {
    const fake = new FakeHid();
    const { closed, writable } = await opened(fake);
    fake.writeError = new TypeError('Cannot write to hid device');
    expect(await writable.write(new Uint8Array(1))).toMatchObject({
      fault: { code: 'DEVICE_TRANSPORT_FAILED' },
    });
    fake.writeError = 'could not write to HID device: No such device';
    expect(await writable.write(new Uint8Array(1))).toMatchObject({
      fault: { code: 'DEVICE_UNPLUGGED' },
    });
    expect(await closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
  });

  it('closes once, without an event, and not on the tick on which reading begins', async () => {
    const fake = new FakeHid();
    const transport = await opened(fake);
    const closing = transport.close();
    expect(fake.closes).toBe(0);
    await Promise.all([closing, transport.close()]);
    expect(fake.closes).toBe(1);
    expect(await transport.closed).toBeNull();
  });

  it.each([
    ['No such file or directory', 'DEVICE_NOT_FOUND', { path: '/dev/hidraw3' }],
    [
      'Permission denied',
      'DEVICE_NO_PERMISSION',
      { path: '/dev/hidraw3', rule: '70-chariot.rules' },
    ],
    ['something else', 'DEVICE_TRANSPORT_FAILED', { path: '/dev/hidraw3' }],
  ])('cannot be opened: %s', async (text, code, params) => {
    const refusing: HidLibrary = {
      devicesAsync: async () => [],
      HIDAsync: {
        open: async () => {
          throw new Error(`cannot open device with path /dev/hidraw3: ${text}`);
        },
      },
    };
    const result = await openHid('/dev/hidraw3', WIRE, async () => ok(refusing));
    expect(result).toEqual({ ok: false, fault: { code, params } });
  });
});
