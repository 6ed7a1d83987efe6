import { existsSync, lstatSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeWithOracle } from '../cyton/oracle.ts';
import { plan, testCyton } from '../cyton/support.ts';
import { type FrameStamp, monotonicMs } from '../stamps.ts';
import { realClock } from './clock.ts';
import { createPtyHost, type PtyHostOptions } from './pty.ts';
import { hasSocat, isAlive, openTerminal, until } from './ptyTesting.ts';

let folder = '';
let link = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-pty-'));
  link = join(folder, 'cyton');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hostOn = (options: Partial<PtyHostOptions> = {}) =>
  createPtyHost({ device: testCyton(), link, clock: realClock, ...options });
const linkExists = (): boolean => lstatSync(link, { throwIfNoEntry: false }) !== undefined;

describe.skipIf(!hasSocat)(
  `pty host${hasSocat ? '' : ' (skipped: socat is not installed)'}`,
  () => {
    it('streams evenly to whoever opens the port, and close leaves nothing', async () => {
      const stamps: FrameStamp[] = [];
      const arrivals: number[] = [];
      const host = hostOn({ onStamp: (stamp) => stamps.push(stamp) });
      expect((await host.plug()).ok).toBe(true);
      const pid = host.socatPid() ?? -1;
      const terminal = openTerminal(link);
      terminal.send('V');
      expect(await until(() => terminal.bytes().length === 9)).toBe(true);
      terminal.send('b');
      for (let n = 1; n <= 250; n += 1) {
        await until(() => terminal.bytes().length >= 9 + 33 * n);
        arrivals.push(monotonicMs());
      }
      terminal.send('s');
      expect(terminal.bytes().subarray(0, 9).toString()).toBe('v3.1.2$$$');
      const samples = decodeWithOracle(terminal.bytes().subarray(9));
      expect(samples.map((s) => s.sampleNumber)).toEqual(samples.map((_, n) => n % 256));
      expect(samples.length).toBeGreaterThanOrEqual(250);
      // The stream keeps its own pace: 249 intervals of 4 ms, however late single timers were.
      const [first, last] = [stamps[0]?.monotonicMs ?? 0, stamps[249]?.monotonicMs ?? 0];
      expect(Math.abs(last - first - 996)).toBeLessThan(100);
      const delays = stamps.slice(0, 250).map((stamp, n) => (arrivals[n] ?? 0) - stamp.monotonicMs);
      // Polling every 5 ms is part of this figure.
      expect(delays.toSorted((a, b) => a - b)[125]).toBeLessThan(25);
      terminal.close();
      await host.close();
      expect([linkExists(), isAlive(pid)]).toEqual([false, false]);
    });

    it('unplug ends the reader and removes the link, replug brings it back', async () => {
      const host = hostOn();
      await host.plug();
      const pid = host.socatPid() ?? -1;
      const before = openTerminal(link);
      before.send('b');
      expect(await until(() => before.bytes().length > 330)).toBe(true);
      await host.unplug();
      expect(await until(() => before.hasEnded())).toBe(true);
      expect([linkExists(), isAlive(pid)]).toEqual([false, false]);
      before.close();
      await sleep(50);
      expect((await host.replug()).ok).toBe(true);
      const after = openTerminal(link);
      after.send('sv');
      expect(await until(() => after.bytes().toString('latin1').endsWith('$$$'))).toBe(true);
      expect(host.stats().framesUnread).toBeGreaterThan(5);
      after.close();
      await host.close();
    });

    it('tells when the device tears itself off and when socat ends', async () => {
      const causes: string[] = [];
      const device = testCyton({ faults: plan('disconnect-mid-frame:20') });
      const host = hostOn({ device, onUnplugged: (cause) => causes.push(cause) });
      await host.plug();
      const terminal = openTerminal(link);
      terminal.send('b');
      expect(await until(() => causes.length === 1)).toBe(true);
      // The last bytes are still on their way through the reader's own loop.
      expect(await until(() => terminal.bytes().length > 20 * 33)).toBe(true);
      expect(terminal.bytes().length).toBeLessThan(21 * 33);
      terminal.close();
      await host.replug();
      process.kill(host.socatPid() ?? Number.NaN, 'SIGKILL');
      expect(await until(() => causes.length === 2)).toBe(true);
      expect(causes).toEqual(['fault', 'socat']);
      expect([linkExists(), host.isPlugged()]).toEqual([false, false]);
      await host.close();
    });

    it('sends every frame after a stall of this process, with its real time', async () => {
      const stamps: FrameStamp[] = [];
      const host = hostOn({ onStamp: (stamp) => stamps.push(stamp) });
      await host.plug();
      const terminal = openTerminal(link);
      terminal.send('b');
      await until(() => stamps.length >= 20);
      const until200 = monotonicMs() + 200;
      while (monotonicMs() < until200);
      await until(() => stamps.length >= 120);
      expect(stamps.map((s) => s.frameIndex)).toEqual(stamps.map((_, n) => n));
      const gaps = stamps.slice(1).map((s, n) => s.monotonicMs - (stamps[n]?.monotonicMs ?? 0));
      expect(Math.max(...gaps)).toBeGreaterThan(190);
      expect(gaps.filter((gap) => gap === 0).length).toBeGreaterThan(40);
      expect(await until(() => terminal.bytes().length >= 120 * 33)).toBe(true);
      terminal.close();
      await host.close();
    });

    it('loses what nobody reads instead of keeping it for the next program', async () => {
      const host = hostOn();
      await host.plug();
      const first = openTerminal(link);
      first.send('b');
      await until(() => first.bytes().length > 100 * 33);
      first.close();
      expect(await until(() => host.stats().framesUnread > 50, 8000)).toBe(true);
      const second = openTerminal(link);
      expect(await until(() => second.bytes().length > 10 * 33, 8000)).toBe(true);
      const sent = host.stats().framesSent + host.stats().framesUnread;
      const newest = decodeWithOracle(second.bytes()).at(-1)?.sampleNumber ?? -999;
      const behind = (sent - 1 - newest + 256) % 256;
      expect(behind).toBeLessThan(50);
      second.close();
      await host.close();
    });

    it('clears a link that points nowhere, and refuses one that is in use', async () => {
      symlinkSync(join(folder, 'nowhere'), link);
      const host = hostOn();
      expect((await host.plug()).ok).toBe(true);
      expect(await hostOn().plug()).toMatchObject({ ok: false, fault: { code: 'LINK_TAKEN' } });
      await host.close();
      writeFileSync(link, 'a file');
      expect(await hostOn().plug()).toMatchObject({ ok: false, fault: { code: 'LINK_TAKEN' } });
      expect(existsSync(link)).toBe(true);
    });

    it('says why there is no terminal', async () => {
      const away = hostOn({ link: join(folder, 'no/such/folder/cyton') });
      expect(await away.plug()).toMatchObject({ ok: false, fault: { code: 'PTY_FAILED' } });
      const without = hostOn({ socat: join(folder, 'socat') });
      expect(await without.plug()).toMatchObject({ ok: false, fault: { code: 'SOCAT_MISSING' } });
    });
  },
);
