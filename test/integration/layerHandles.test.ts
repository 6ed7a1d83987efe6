import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { createListenerSlot } from '../../src/devices/_sdk/transport.ts';
import { openTransport } from '../../src/devices/_transport/open.ts';
import { createSession, type Session } from '../../src/devices/host/session.ts';
import { cytonAdapter } from '../../src/devices/openbci.cyton/adapter.ts';
import { testCyton } from '../emulators/cyton/support.ts';
import { realClock } from '../emulators/host/clock.ts';
import { createPtyHost } from '../emulators/host/pty.ts';
import { hasSocat, until } from '../emulators/host/ptyTesting.ts';

const FLAPS = 8;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-handles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function openSession(path: string, onBlock: () => void): Session {
  return createSession({
    adapter: cytonAdapter,
    deviceId: 'openbci.cyton:DQ007AAA',
    streamIdOf: () => 7,
    address: { kind: 'serial', path },
    serialNumber: 'DQ007AAA',
    openTransport: (address, wire) => openTransport(address, wire),
    locate: async (address) => address,
    publish: (item) => {
      if (item.kind === 'block') {
        onBlock();
      }
    },
    time: systemTime,
    random: () => 0.5,
    calibration: () => null,
    carried: () => null,
  });
}

describe('a device that flaps on a real terminal', () => {
  it.runIf(process.platform === 'linux' && hasSocat)(
    'leaves no handle open',
    async () => {
      const link = join(folder, 'cyton');
      const host = createPtyHost({ device: testCyton(), link, clock: realClock });
      let blocks = 0;
      const session = openSession(link, () => {
        blocks += 1;
      });
      const flap = async (): Promise<void> => {
        expect((await host.plug()).ok).toBe(true);
        session.retryNow();
        const seen = blocks;
        expect(await until(() => blocks > seen + 3, 8_000)).toBe(true);
        await host.unplug();
        expect(await until(() => session.status().state === 'lost', 3_000)).toBe(true);
      };
      // The first cycle opens what stays: libraries, watchers.
      await flap();
      const before = readdirSync('/proc/self/fd').length;
      for (let count = 0; count < FLAPS; count++) {
        await flap();
      }
      expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
      expect(session.status().counts.reconnects).toBe(FLAPS + 1);
      await session.close();
      await host.close();
    },
    60_000,
  );
});

describe('bytes that nobody listened to yet', () => {
  it('are kept as they came, when the transport reads into the same Buffer again', () => {
    const slot = createListenerSlot();
    const lent = Buffer.from('first');
    slot.deliver(lent, 1n);
    lent.write('other');
    slot.deliver(lent, 2n);
    const heard: string[] = [];
    slot.readable.listen((bytes) => heard.push(Buffer.from(bytes).toString()));
    expect(heard).toEqual(['first', 'other']);
  });
});
