import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdapterDeps } from '../../src/devices/_sdk/adapter.ts';
import { createRecordingSink } from '../../src/devices/_sdk/recordingSink.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { identify } from '../../src/devices/_transport/identify.ts';
import { openTransport } from '../../src/devices/_transport/open.ts';
import { cytonAdapter } from '../../src/devices/openbci.cyton/adapter.ts';
import { uvcCameraAdapter } from '../../src/devices/uvc.camera/adapter.ts';
import { testCyton } from '../emulators/cyton/support.ts';
import { realClock } from '../emulators/host/clock.ts';
import { createPtyHost } from '../emulators/host/pty.ts';
import { hasSocat, until } from '../emulators/host/ptyTesting.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-transports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CAMERA = { kind: 'input', name: 'key' } as const;
const deps: AdapterDeps = { time: systemTime, wire: CAMERA, calibration: () => null };

/** `struct input_event`: KEY_CAMERA 212 and the separator that the kernel sends after it. */
function keyEvent(value: number): Buffer {
  const bytes = Buffer.alloc(48);
  bytes.writeUInt16LE(1, 16);
  bytes.writeUInt16LE(212, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}

describe('a camera button, from the kernel node to the event', () => {
  it.runIf(process.platform === 'linux')('is pressed once, and let go when unplugged', async () => {
    // A FIFO answers reads as an event device does; the real one is the guest kernel's to test.
    const path = join(folder, 'event5');
    execFileSync('mkfifo', [path]);
    const kernel = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    const sighting = {
      address: { kind: 'input', path } as const,
      candidates: [{ adapterId: 'uvc.camera', score: 10, wire: 'key' }],
    };
    const found = await identify(sighting, [uvcCameraAdapter], openTransport, systemTime);
    if (!found.ok) {
      throw new Error(found.fault.code);
    }
    expect(found.value.wire).toEqual(CAMERA);
    const opened = await openTransport(sighting.address, found.value.wire);
    if (!opened.ok) {
      throw new Error(opened.fault.code);
    }
    const sink = createRecordingSink();
    const source = uvcCameraAdapter.open(opened.value, found.value.identity, sink, deps);
    await source.start();
    const events = (): string[] => sink.events.map(({ code }) => code);
    for (const value of [1, 0, 1]) {
      await kernel.write(keyEvent(value));
    }
    expect(await until(() => events().length > 0)).toBe(true);
    await kernel.close();
    expect(await opened.value.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    source.end();
    expect(events()).toEqual(['buttonPressed', 'buttonReleased']);
  });

  it('is replayed from a trace', async () => {
    const path = join(folder, 'button.jsonl');
    const lines = [1, 0].map((value, index) =>
      JSON.stringify({ dir: 'in', hex: keyEvent(value).toString('hex'), atMs: index * 10 }),
    );
    writeFileSync(path, lines.join('\n'));
    const opened = await openTransport({ kind: 'file', path, speed: 0 }, CAMERA);
    if (!opened.ok) {
      throw new Error(opened.fault.code);
    }
    const identity = await uvcCameraAdapter.probe(opened.value, deps);
    if (!identity.ok) {
      throw new Error(identity.fault.code);
    }
    const sink = createRecordingSink();
    const source = uvcCameraAdapter.open(opened.value, identity.value, sink, deps);
    await source.start();
    expect(await opened.value.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    source.end();
    expect(sink.events.map(({ code }) => code)).toEqual(['buttonPressed', 'buttonReleased']);
  });
});

describe.skipIf(!hasSocat)(
  `identify on a terminal${hasSocat ? '' : ' (skipped: socat is not installed)'}`,
  () => {
    it('asks with the documented command, and leaves the port to others', async () => {
      const link = join(folder, 'cyton');
      const host = createPtyHost({ device: testCyton(), link, clock: realClock });
      expect((await host.plug()).ok).toBe(true);
      const address = { kind: 'serial', path: link } as const;
      const candidates = [{ adapterId: 'openbci.cyton', score: 15, wire: null }];
      const asked = { address, candidates };
      const found = await identify(asked, [cytonAdapter], openTransport, systemTime);
      expect(found).toMatchObject({
        ok: true,
        value: { adapterId: 'openbci.cyton', identity: { manufacturer: 'OpenBCI' } },
      });
      const wire = cytonAdapter.manifest.wires[0];
      const first = await openTransport(address, wire);
      expect(first).toMatchObject({ ok: true });
      const second = await identify(asked, [cytonAdapter], openTransport, systemTime);
      expect(second).toEqual({ ok: false, fault: { code: 'DEVICE_BUSY', params: { path: link } } });
      if (first.ok) {
        await first.value.close();
      }
      await host.close();
      expect(await openTransport(address, wire)).toMatchObject({
        fault: { code: 'DEVICE_NOT_FOUND' },
      });
    });
  },
);
