import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceStatus, Measurement } from '../../src/contracts/devices.ts';
import { readDevice } from '../../src/devices/cliDevice.ts';
import { realClock } from '../emulators/host/clock.ts';
import { createPtyHost } from '../emulators/host/pty.ts';
import { EMULATORS } from '../emulators/table.ts';

/* Every serial device on a real terminal, through the real serial library and the whole session. */
const LIMIT_MS = 20_000;

const SERIAL = EMULATORS.flatMap((definition) =>
  (definition.variants.length === 0 ? [undefined] : definition.variants)
    .filter((variant) => definition.wire(variant).kind === 'serial')
    .map((variant) => ({ definition, variant })),
);
const CASES = SERIAL.map(
  ({ definition, variant }) =>
    [definition.adapterId, variant ?? '', { definition, variant }] as const,
);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-pty-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('serial devices on a terminal', () => {
  it.each(CASES)('%s %s is identified and heard', async (adapterId, _, { definition, variant }) => {
    const link = join(folder, 'device');
    const device = definition.create(variant === undefined ? {} : { variant });
    const host = createPtyHost({ device, link, clock: realClock });
    expect(await host.plug()).toMatchObject({ ok: true });
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LIMIT_MS);
    const statuses: DeviceStatus[] = [];
    const measurements: Measurement[] = [];
    let samples = 0;
    const read = await readDevice({
      adapterId,
      address: { kind: 'serial', path: link },
      signal: stop.signal,
      onBlock: (block) => {
        samples += block.samplesPerChannel;
        stop.abort();
      },
      onMeasurement: (measurement) => {
        measurements.push(measurement);
        stop.abort();
      },
      onStatus: (status) => statuses.push(status),
    });
    clearTimeout(timer);
    await host.close();
    expect(read).toMatchObject({ ok: true, value: { state: 'disconnected' } });
    expect(samples + measurements.length).toBeGreaterThan(0);
    expect(statuses.map(({ state }) => state)).toContain('identifying');
    expect(statuses.at(-1)?.identity.adapterId).toBe(adapterId);
    expect(statuses.at(-1)?.reason).toBeNull();
  });

  it('are all of them', () => {
    expect(new Set(CASES.map(([adapterId]) => adapterId))).toEqual(
      new Set([
        'openbci.cyton',
        'protocentral.healthypi',
        'contec.cms50d',
        'nonin.format2',
        'contec.sp10',
        'beurer.bm58',
      ]),
    );
  });
});
