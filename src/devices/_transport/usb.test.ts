import { describe, expect, it } from 'vitest';
import { ok } from '../../contracts/faults.ts';
import type {
  UsbAlternate,
  UsbConfiguration,
  UsbHandle,
  UsbInResult,
  UsbLibrary,
  UsbSetup,
} from './libraries.ts';
import { openUsb, type UsbDeps } from './usb.ts';
import type { UsbWire } from './usbInterface.ts';

const WIRE: UsbWire = {
  kind: 'usb',
  name: 'phdc',
  interfaceClass: 0x0f,
  interfaceSubclass: 0,
  interfaceProtocol: 0,
  transferBytes: 256,
};
const PACKET = 64;

const PHDC: UsbAlternate = {
  alternateSetting: 0,
  interfaceClass: 0x0f,
  interfaceSubclass: 0,
  interfaceProtocol: 0,
  endpoints: [
    { endpointNumber: 1, direction: 'in', type: 'bulk', packetSize: PACKET },
    { endpointNumber: 2, direction: 'out', type: 'bulk', packetSize: PACKET },
    { endpointNumber: 3, direction: 'in', type: 'interrupt', packetSize: 8 },
  ],
};
const OTHER: UsbAlternate = { ...PHDC, interfaceClass: 0xff, endpoints: [] };
const CONFIGURATION: UsbConfiguration = {
  configurationValue: 1,
  interfaces: [
    { interfaceNumber: 0, alternates: [OTHER] },
    { interfaceNumber: 4, alternates: [PHDC] },
  ],
};

type Waiting = { readonly give: (result: UsbInResult) => void; readonly fail: (e: Error) => void };

/** A device of usb@3's own shape, with its habits: one transfer an endpoint, cancelled in time. */
class FakeUsb implements UsbHandle {
  readonly vendorId = 0x1209;
  readonly productId = 2;
  readonly deviceClass = 0;
  readonly bus: string = '003';
  readonly ports: readonly number[] = [1, 4];
  readonly calls: string[] = [];
  readonly sent: number[][] = [];
  readonly setups: UsbSetup[] = [];
  selected: UsbConfiguration | null = CONFIGURATION;
  claimError: Error | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly packets = new Map<number, (Uint8Array | Error)[]>();

  get configuration(): UsbConfiguration | null {
    return this.selected;
  }
  readonly configurations = [CONFIGURATION];

  private note(call: string): Promise<void> {
    this.calls.push(call);
    return Promise.resolve();
  }
  open = (): Promise<void> => this.note('open');
  close = (): Promise<void> => this.note('close');
  selectConfiguration = (value: number): Promise<void> => {
    this.selected = CONFIGURATION;
    return this.note(`configuration ${value}`);
  };
  claimInterface = async (number: number): Promise<void> => {
    await this.note(`claim ${number}`);
    if (this.claimError !== null) {
      throw this.claimError;
    }
  };
  releaseInterface = (number: number): Promise<void> => this.note(`release ${number}`);
  selectAlternateInterface = (number: number, alternate: number): Promise<void> =>
    this.note(`alternate ${number} ${alternate}`);
  clearHalt = (direction: string, endpoint: number): Promise<void> =>
    this.note(`clearHalt ${direction} ${endpoint}`);

  transferIn = (endpoint: number, length: number, timeoutMs: number): Promise<UsbInResult> => {
    const queued = this.packets.get(endpoint)?.shift();
    if (queued instanceof Error) {
      return Promise.reject(queued);
    }
    if (queued !== undefined) {
      return Promise.resolve({ data: new DataView(queued.slice(0, length).buffer), status: 'ok' });
    }
    if (this.waiting.has(endpoint)) {
      return Promise.reject(new Error('transferIn error: endpoint not found'));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(endpoint);
        reject(new Error('transferIn error: Cancelled'));
      }, timeoutMs);
      const settled = (): void => {
        clearTimeout(timer);
        this.waiting.delete(endpoint);
      };
      this.waiting.set(endpoint, {
        give: (result) => {
          settled();
          resolve(result);
        },
        fail: (error) => {
          settled();
          reject(error);
        },
      });
    });
  };
  transferOut = async (_endpoint: number, data: Uint8Array): Promise<number> => {
    this.sent.push([...data]);
    return data.length;
  };
  controlTransferIn = async (setup: UsbSetup, length: number): Promise<UsbInResult> => {
    this.setups.push(setup);
    return { data: new DataView(new Uint8Array(length).fill(7).buffer), status: 'ok' };
  };
  controlTransferOut = async (setup: UsbSetup, data: Uint8Array): Promise<number> => {
    // As the library: without data it throws.
    this.setups.push({ ...setup, value: new Uint8Array(data.buffer).length });
    return data.length;
  };

  /** What the device sends, packet by packet. */
  send(endpoint: number, bytes: Uint8Array | Error): void {
    const waiting = this.waiting.get(endpoint);
    if (waiting === undefined) {
      this.packets.set(endpoint, [...(this.packets.get(endpoint) ?? []), bytes]);
    } else if (bytes instanceof Error) {
      waiting.fail(bytes);
    } else {
      waiting.give({ data: new DataView(bytes.slice().buffer), status: 'ok' });
    }
  }
  unplug(): void {
    for (const waiting of this.waiting.values()) {
      waiting.fail(new Error('transferIn error: Disconnected'));
    }
  }
}

function depsOf(
  getDevices: UsbLibrary['usb']['getDevices'],
  driver: string | null = null,
): UsbDeps {
  const usb = { getDevices, addEventListener: () => {}, removeEventListener: () => {} };
  return { load: async () => ok({ usb }), driverOf: async () => driver };
}

async function opened(fake: FakeUsb) {
  const result = await openUsb(
    '3-1.4',
    WIRE,
    depsOf(async () => [fake]),
  );
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

describe('USB transport', () => {
  it('claims the interface of the class, and lets go of all in order', async () => {
    const fake = new FakeUsb();
    fake.selected = null;
    const transport = await opened(fake);
    expect(fake.calls).toEqual(['open', 'configuration 1', 'claim 4']);
    await Promise.all([transport.close(), transport.close()]);
    expect(await transport.closed).toBeNull();
    expect(fake.calls.slice(3)).toEqual(['release 4', 'close']);
    expect(await transport.writable.write(new Uint8Array(1))).toMatchObject({
      fault: { code: 'DEVICE_UNPLUGGED' },
    });
  });

  it('gives whole transfers: a short packet, an empty one, a full length or silence ends one', async () => {
    const fake = new FakeUsb();
    const transport = await opened(fake);
    const lengths: number[] = [];
    let last = new Uint8Array();
    transport.readable.listen((bytes) => {
      lengths.push(bytes.length);
      last = bytes.slice();
    });
    fake.send(1, counting(PACKET));
    fake.send(1, counting(10));
    await later(5);
    expect(lengths).toEqual([74]);
    expect([...last]).toEqual([...counting(PACKET), ...counting(10)]);
    fake.send(1, counting(PACKET));
    fake.send(1, counting(0));
    await later(5);
    expect(lengths).toEqual([74, 64]);
    for (let packet = 0; packet < 4; packet++) {
      fake.send(1, counting(PACKET));
    }
    await later(5);
    expect(lengths).toEqual([74, 64, 256]);
    fake.send(1, counting(PACKET));
    await later(30);
    expect(lengths.length).toBe(3);
    await later(200);
    expect(lengths).toEqual([74, 64, 256, 64]);
    fake.send(3, counting(4));
    await later(5);
    expect(lengths.at(-1)).toBe(4);
    await transport.close();
  });

  it('stays through time-outs and stalls, and tells an unplugging', async () => {
    const fake = new FakeUsb();
    const transport = await opened(fake);
    const got: number[] = [];
    transport.readable.listen((bytes) => got.push(...bytes));
    await later(300);
    fake.send(1, new Error('transferIn error: Stall'));
    fake.send(1, new Uint8Array([5]));
    await later(60);
    expect(got).toEqual([5]);
    expect(fake.calls).toContain('clearHalt in 1');
    const at = performance.now();
    fake.unplug();
    expect(await transport.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    expect(performance.now() - at).toBeLessThan(100);
    expect(fake.calls.slice(-2)).toEqual(['release 4', 'close']);
  });

  it('gives an endpoint up that only fails', async () => {
    const fake = new FakeUsb();
    for (let error = 0; error < 6; error++) {
      fake.send(1, new Error('transferIn error: Fault'));
    }
    const transport = await opened(fake);
    expect(await transport.closed).toEqual({
      code: 'DEVICE_TRANSPORT_FAILED',
      params: { endpoint: 1 },
    });
  });

  it('writes a copy, asks and tells beside the bytes, and fills the interface in', async () => {
    const fake = new FakeUsb();
    const transport = await opened(fake);
    const { writable, control } = transport;
    const bytes = new Uint8Array([1, 2, 3]);
    const writing = writable.write(bytes);
    bytes.fill(0);
    expect(await writing).toEqual(ok(undefined));
    expect(fake.sent).toEqual([[1, 2, 3]]);
    const request = {
      kind: 'usb',
      requestType: 'class',
      recipient: 'interface',
      request: 0,
      value: 9,
      index: 0x0100,
    } as const;
    expect(await control?.read(request, 2)).toEqual(ok(new Uint8Array([7, 7])));
    expect(fake.setups).toEqual([
      { requestType: 'class', recipient: 'interface', request: 0, value: 9, index: 0x0104 },
    ]);
    expect(await control?.write(request, new Uint8Array(0))).toEqual(ok(undefined));
    expect(fake.setups[1]?.value).toBe(0);
    expect(await control?.read({ kind: 'feature', reportId: 0 }, 1)).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
    await transport.close();
  });

  it('tells a driver in the way from another program', async () => {
    const busy = new FakeUsb();
    busy.claimError = new Error('claimInterface error: interface is busy (errno 16)');
    const byDriver = await openUsb(
      '3-1.4',
      WIRE,
      depsOf(async () => [busy], 'uvcvideo'),
    );
    expect(byDriver).toEqual({
      ok: false,
      fault: { code: 'DEVICE_DRIVER_IN_THE_WAY', params: { path: '3-1.4', driver: 'uvcvideo' } },
    });
    expect(busy.calls.at(-1)).toBe('close');
    const byProgram = await openUsb(
      '3-1.4',
      WIRE,
      depsOf(async () => [busy], 'usbfs'),
    );
    expect(byProgram).toMatchObject({ fault: { code: 'DEVICE_BUSY' } });
  });

  it('tells why a device cannot be opened', async () => {
    const absent = await openUsb(
      '3-1',
      WIRE,
      depsOf(async () => [new FakeUsb()]),
    );
    expect(absent).toMatchObject({ fault: { code: 'DEVICE_NOT_FOUND' } });
    const noBus = depsOf(async () => {
      throw new Error('getDevices error: /sys/bus/usb/devices/ not found (errno 2)');
    });
    expect(await openUsb('3-1', WIRE, noBus)).toMatchObject({
      fault: { code: 'DEVICE_NOT_FOUND' },
    });
    const locked = new FakeUsb();
    locked.open = async () => {
      throw new Error('open error: permission denied (errno 13)');
    };
    expect(
      await openUsb(
        '3-1.4',
        WIRE,
        depsOf(async () => [locked]),
      ),
    ).toEqual({
      ok: false,
      fault: {
        code: 'DEVICE_NO_PERMISSION',
        params: { path: '3-1.4', rule: '70-chariot.rules' },
      },
    });
    const another = { ...WIRE, interfaceClass: 0x0e };
    expect(
      await openUsb(
        '3-1.4',
        another,
        depsOf(async () => [new FakeUsb()]),
      ),
    ).toMatchObject({
      fault: { code: 'DEVICE_WRONG_IDENTITY' },
    });
  });
});
