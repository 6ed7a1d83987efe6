import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { listDevices } from './discovery.ts';
import { loadHid, loadUsb } from './libraries.ts';
import { openTransport } from './open.ts';

/** Names only: reading a member of a native prototype may call it. */
function methodsOf(constructed: object): string[] {
  const { prototype } = constructed as { readonly prototype: object };
  return Object.getOwnPropertyNames(prototype);
}

/** The real libraries still have what the transports are written for. */
describe('library contract', () => {
  it('node-hid', async () => {
    const library = await loadHid();
    if (!library.ok) {
      throw new Error(library.fault.code);
    }
    expect(Array.isArray(await library.value.devicesAsync())).toBe(true);
    // write and the feature reports are put on each handle from the native class.
    expect(library.value.HIDAsync).toHaveProperty('open');
    expect(methodsOf(library.value.HIDAsync)).toEqual(
      expect.arrayContaining(['close', 'pause', 'resume']),
    );
  });

  it('usb', async () => {
    const library = await loadUsb();
    if (!library.ok) {
      throw new Error(library.fault.code);
    }
    const { usb } = library.value;
    expect(usb).toHaveProperty('getDevices');
    expect(usb).toHaveProperty('addEventListener');
    expect(usb).toHaveProperty('removeEventListener');
    const native = createRequire(import.meta.url)('usb/index.js') as { readonly UsbDevice: object };
    expect(methodsOf(native.UsbDevice)).toEqual(
      expect.arrayContaining([
        'open',
        'close',
        'selectConfiguration',
        'claimInterface',
        'releaseInterface',
        'selectAlternateInterface',
        'transferIn',
        'transferOut',
        'controlTransferIn',
        'controlTransferOut',
        'clearHalt',
        'configuration',
        'configurations',
      ]),
    );
  });

  it('lists what is here without throwing, and opens nothing that is not', async () => {
    const { sightings, faults } = await listDevices([]);
    expect(faults).toEqual([]);
    expect(sightings.every(({ candidates }) => candidates.length === 0)).toBe(true);
    const hid = { kind: 'hid', name: 'hid', reportId: 0, outputReportBytes: 8 } as const;
    expect(await openTransport({ kind: 'hid', path: '/dev/nonexistent' }, hid)).toMatchObject({
      fault: { code: 'DEVICE_NOT_FOUND', params: { path: '/dev/nonexistent' } },
    });
    const usb = {
      kind: 'usb',
      name: 'phdc',
      interfaceClass: 15,
      interfaceSubclass: 0,
      interfaceProtocol: 0,
      transferBytes: 1024,
    } as const;
    expect(await openTransport({ kind: 'usb', path: '99-1' }, usb)).toMatchObject({
      fault: { code: 'DEVICE_NOT_FOUND', params: { path: '99-1' } },
    });
    expect(await openTransport({ kind: 'usb', path: '99-1' }, hid)).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
  });
});
