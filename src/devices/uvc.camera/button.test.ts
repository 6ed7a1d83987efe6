import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AdapterDeps, AdapterModule, Wire } from '../_sdk/adapter.ts';
import { fromHex } from '../_sdk/bytes.ts';
import { createHidButtonReader } from '../_sdk/hidButton.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import type { HostTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { pedalAdapter } from '../generic.pedal/adapter.ts';
import { createUvcCameraAdapter, uvcCameraAdapter } from './adapter.ts';
import { fuzzTarget } from './fuzz.ts';
import { UVC_CAMERA_MANIFEST } from './manifest.ts';
import { createStatusReader } from './protocol.ts';

/** Time that a test moves. */
function handTime() {
  let now = 0;
  const jobs = new Set<{ readonly at: number; readonly run: () => void }>();
  const time: HostTime = {
    nowNs: () => BigInt(now) * 1_000_000n,
    after: (ms, run) => {
      const job = { at: now + ms, run };
      jobs.add(job);
      return () => jobs.delete(job);
    },
    wallClock: () => '2026-11-22T08:00:00.000Z',
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const job of [...jobs].filter(({ at }) => at <= now)) {
      jobs.delete(job);
      job.run();
    }
  };
  return { time, pass, pending: () => jobs.size };
}

function wireNamed(adapter: AdapterModule, name: string): Wire {
  const wire = adapter.manifest.wires.find((one) => one.name === name);
  if (wire === undefined) {
    throw new Error(name);
  }
  return wire;
}

async function pressed(wireName: string, adapter: AdapterModule = uvcCameraAdapter) {
  const { time, pass, pending } = handTime();
  const { transport, device } = createMemoryPair(time.nowNs);
  const deps: AdapterDeps = { time, wire: wireNamed(adapter, wireName), calibration: () => null };
  const written: Uint8Array[] = [];
  device.onBytes((bytes) => written.push(bytes));
  const identity = await adapter.probe(transport, deps);
  if (!identity.ok) {
    throw new Error(identity.fault.code);
  }
  expect(written).toEqual([]);
  const sink = createRecordingSink();
  const source = adapter.open(transport, identity.value, sink, deps);
  await source.start();
  const events = (): string[] => sink.events.map(({ code }) => code);
  const send = (hex: string): void => device.send(fromHex(hex));
  return { send, pass, pending, events, source, sink };
}

const PRESS = '02010001';
const RELEASE = '02010000';
const key = (code: string, value: string): string =>
  `${'00'.repeat(16)}0100${code}${value}000000${'00'.repeat(24)}`;

const Packets = z.object({
  packets: z.array(
    z.object({
      wire: z.string(),
      hex: z.string(),
      says: z.enum(['pressed', 'released', 'nothing', 'bad']),
    }),
  ),
});
const { packets } = Packets.parse(
  JSON.parse(
    readFileSync(
      new URL('../../../test/captures/uvc.camera/status-packets.json', import.meta.url),
      'utf8',
    ),
  ),
);

describe('button of a camera', () => {
  it.each(packets)('$wire: $hex says $says', async ({ wire, hex, says }) => {
    const { send, pass, events, sink } = await pressed(wire);
    const inverted = wire === 'statusInverted';
    if (says === 'released') {
      send(wire === 'key' ? key('d400', '01') : inverted ? RELEASE : PRESS);
      pass(300);
    }
    send(hex);
    const wanted = {
      pressed: ['buttonPressed'],
      released: ['buttonPressed', 'buttonReleased'],
      nothing: [],
      bad: [],
    };
    expect(events()).toEqual(wanted[says]);
    expect(sink.badFrames()).toBe(says === 'bad' ? 1 : 0);
  });

  it('tells one press, however the contact bounces, and a short one as well', async () => {
    const { send, pass, events, pending } = await pressed('status');
    for (const packet of [PRESS, RELEASE, PRESS, RELEASE]) {
      send(packet);
      pass(20);
    }
    expect(events()).toEqual(['buttonPressed']);
    pass(250);
    expect(events()).toEqual(['buttonPressed', 'buttonReleased']);
    pass(60);
    send(PRESS);
    expect(events()).toEqual(['buttonPressed', 'buttonReleased', 'buttonPressed']);
    pass(1_000);
    expect(events().length).toBe(3);
    expect(pending()).toBe(0);
  });

  it('is no longer pressed when it is gone', async () => {
    const { send, source, events, pending } = await pressed('status');
    send(PRESS);
    source.end();
    expect(events()).toEqual(['buttonPressed', 'buttonReleased']);
    expect(pending()).toBe(0);
    source.end();
    expect(events().length).toBe(2);
    expect(await source.apply({ command: 'setClock' })).toMatchObject({
      fault: { code: 'DEVICE_CANNOT' },
    });
  });

  it('tells the first press of an inverted key, which the kernel shows when it is let go', async () => {
    const { send, pass, events } = await pressed('keyInverted');
    send(key('d400', '01'));
    pass(300);
    expect(events()).toEqual(['buttonPressed', 'buttonReleased']);
    pass(100);
    send(key('d400', '00'));
    expect(events()).toEqual(['buttonPressed', 'buttonReleased', 'buttonPressed']);
  });

  it('takes the keys that it is told to', async () => {
    const KEY_ENTER = 28;
    const { send, events } = await pressed('key', createUvcCameraAdapter(new Set([KEY_ENTER])));
    send(key('d400', '01'));
    expect(events()).toEqual([]);
    send(key('1c00', '01'));
    expect(events()).toEqual(['buttonPressed']);
  });

  it.each([
    ['a bit', ['01', '00']],
    ['a usage', ['6500', '0000']],
    ['a usage with a report id', ['026500', '020000']],
    ['a bit with a report id', ['0501', '0500']],
  ])('reads %s of a HID button', async (_, [down = '', up = '']) => {
    const { send, pass, events } = await pressed('hid');
    for (const report of [down, up, down]) {
      send(report);
      pass(400);
    }
    expect(events()).toEqual(['buttonPressed', 'buttonReleased', 'buttonPressed']);
  });

  it('reads along for a technician', () => {
    const read = uvcCameraAdapter.readTrace();
    expect(read('in', fromHex(PRESS))).toEqual(['status button 1, interface 1']);
    expect(read('in', fromHex(key('d400', '01')))).toEqual(['key 212 pressed']);
    expect(read('in', fromHex('6500'))).toEqual(['report 65 00']);
    expect(read('in', new Uint8Array())).toEqual(['report ']);
  });

  it('has wires for all that its fingerprints name', () => {
    const names = UVC_CAMERA_MANIFEST.wires.map((wire) => `${wire.kind} ${wire.name}`);
    for (const { transport, wire } of UVC_CAMERA_MANIFEST.fingerprints) {
      expect(wire === undefined || names.includes(`${transport} ${wire}`)).toBe(true);
    }
  });

  it('survives any packet', () => {
    const told = { edge: () => {}, bad: () => {} };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (packet) => {
        createStatusReader(false)(packet, told);
        createHidButtonReader()(packet, told);
        uvcCameraAdapter.readTrace()('in', packet);
        pedalAdapter.readTrace()('in', packet);
        fuzzTarget.create().push(packet);
      }),
    );
  });
});

describe('foot pedal', () => {
  it('takes any key for a press, and traces no keys', async () => {
    const { send, pass, events } = await pressed('keys', pedalAdapter);
    send(key('3000', '01'));
    send(key('3000', '00'));
    pass(300);
    expect(events()).toEqual(['buttonPressed', 'buttonReleased']);
    expect(pedalAdapter.readTrace()('in', fromHex(key('3000', '01')))).toEqual(['key pressed']);
  });
});
