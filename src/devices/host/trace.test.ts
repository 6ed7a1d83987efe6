import { describe, expect, it } from 'vitest';
import { ok } from '../../contracts/faults.ts';
import { systemTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { parseTrace } from '../_transport/traceFile.ts';
import { createTrace, TRACE_MAX_BYTES, TRACE_MAX_ENTRIES } from './trace.ts';

function setUp() {
  let readers = 0;
  const trace = createTrace(() => {
    const number = ++readers;
    return (direction, bytes) => [`${number} ${direction} ${bytes.length}`];
  }, systemTime);
  const { transport, device } = createMemoryPair(systemTime.nowNs);
  return { trace, transport, device };
}

describe("a technician's trace", () => {
  it('keeps nothing before it is asked for', async () => {
    const { trace, transport, device } = setUp();
    const tapped = trace.tap(transport);
    const heard: number[] = [];
    tapped.readable.listen((bytes) => heard.push(bytes.length));
    device.send(Uint8Array.of(1, 2));
    await tapped.writable.write(Uint8Array.of(3));
    expect(heard).toEqual([2]);
    expect(trace.read(0, 10)).toEqual({ entries: [], next: 0, first: 0 });
  });

  it('tells both directions in order, decoded, and goes on where a page ended', async () => {
    const { trace, transport, device } = setUp();
    trace.set(true);
    const tapped = trace.tap(transport);
    tapped.readable.listen(() => undefined);
    device.send(Uint8Array.of(0xa0, 0x05));
    await tapped.writable.write(Uint8Array.of(0x62));
    const page = trace.read(0, 1);
    expect(page.entries).toMatchObject([
      { seq: 0, direction: 'in', hex: 'a005', text: ['2 in 2'] },
    ]);
    expect(trace.read(page.next, 10).entries).toMatchObject([
      { seq: 1, direction: 'out', hex: '62' },
    ]);
    expect(trace.read(2, 10)).toMatchObject({ entries: [], next: 2 });
  });

  it('tells what went beside the bytes as such, so that a replay does not take it for them', async () => {
    const trace = createTrace(() => () => ['a piece of the stream'], systemTime);
    const answer = Uint8Array.of(0, 1);
    const { transport } = createMemoryPair(systemTime.nowNs, {
      read: async () => ok(answer),
      write: async () => ok(undefined),
    });
    trace.set(true);
    const { control } = trace.tap(transport);
    const request = { kind: 'feature', reportId: 3 } as const;
    expect(await control?.read(request, 2)).toEqual(ok(answer));
    await control?.write(request, Uint8Array.of(7));
    const { entries } = trace.read(0, 10);
    expect(entries).toMatchObject([
      { direction: 'in', pipe: 'control', hex: '0001', text: ['control 3'] },
      { direction: 'out', pipe: 'control', hex: '07' },
    ]);
    const file = entries.map((entry) => JSON.stringify(entry)).join('\n');
    expect(parseTrace(Buffer.from(file))).toMatchObject([{ pipe: 'control' }, { pipe: 'control' }]);
  });

  it('keeps a bounded past, and says where it begins', () => {
    const { trace, transport, device } = setUp();
    trace.set(true);
    trace.tap(transport).readable.listen(() => undefined);
    for (let count = 0; count <= TRACE_MAX_ENTRIES; count++) {
      device.send(Uint8Array.of(1));
    }
    const { first, entries } = trace.read(0, 1);
    expect(first).toBeGreaterThan(0);
    expect(entries[0]?.seq).toBe(first);
    const large = new Uint8Array(TRACE_MAX_BYTES / 4);
    for (let count = 0; count < 20; count++) {
      device.send(large);
    }
    const kept = trace.read(0, TRACE_MAX_ENTRIES).entries;
    const bytes = kept.reduce((sum, entry) => sum + entry.hex.length / 2, 0);
    expect(bytes).toBeLessThanOrEqual(TRACE_MAX_BYTES);
    expect(kept.length).toBeGreaterThan(0);
  });

  it('forgets when it is switched off', () => {
    const { trace, transport, device } = setUp();
    trace.set(true);
    trace.tap(transport).readable.listen(() => undefined);
    device.send(Uint8Array.of(1));
    trace.set(false);
    expect(trace.isOn()).toBe(false);
    expect(trace.read(0, 10).entries).toEqual([]);
  });
});
