import { describe, expect, it } from 'vitest';
import { decodeWithOracle } from '../cyton/oracle.ts';
import { plan, testCyton } from '../cyton/support.ts';
import type { FrameStamp } from '../stamps.ts';
import { createManualClock } from './clock.ts';
import { createMemoryHost, type MemoryTransport } from './memory.ts';

/** Reads until the link ends. */
async function readAll(transport: MemoryTransport): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of transport.readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function send(transport: MemoryTransport, text: string): Promise<void> {
  const writer = transport.writable.getWriter();
  await writer.write(Buffer.from(text, 'latin1'));
  writer.releaseLock();
}

describe('memory host', () => {
  it('carries a session faster than real time and ends it as closed', async () => {
    const { clock, advance, pendingJobs } = createManualClock(1000);
    const stamps: FrameStamp[] = [];
    const host = createMemoryHost(testCyton(), clock, (stamp) => stamps.push(stamp));
    const transport = host.open();
    const all = readAll(transport);
    await send(transport, 'V');
    await send(transport, 'b');
    await advance(10_000);
    await send(transport, 's');
    await transport.close();
    const bytes = await all;
    expect(await transport.closed).toBe('closed');
    expect(bytes.subarray(0, 9).toString()).toBe('v3.1.2$$$');
    expect(decodeWithOracle(bytes.subarray(9))).toHaveLength(2500);
    expect(stamps).toHaveLength(2500);
    expect(stamps.at(-1)).toEqual({ frameIndex: 2499, startCount: 1, monotonicMs: 11_000 });
    expect(host.stats()).toMatchObject({ framesSent: 2500, framesUnread: 0 });
    host.close();
    expect(pendingJobs()).toBe(0);
  });

  it('says unplugged, refuses writes, and finds the device still streaming when plugged again', async () => {
    const { clock, advance } = createManualClock();
    const host = createMemoryHost(testCyton(), clock);
    const first = host.open();
    const firstBytes = readAll(first);
    await send(first, 'b');
    await advance(400);
    host.unplug();
    expect(await first.closed).toBe('unplugged');
    expect((await firstBytes).length).toBe(100 * 33);
    await expect(send(first, 's')).rejects.toThrow('ended');
    await advance(400);
    const second = host.open();
    const secondBytes = readAll(second);
    await advance(400);
    await second.close();
    expect(decodeWithOracle(await secondBytes)[0]?.sampleNumber).toBe(200);
    expect(host.stats()).toMatchObject({ framesSent: 200, framesUnread: 100 });
    host.close();
  });

  it('is torn off by the device itself in the middle of a frame', async () => {
    const { clock, advance } = createManualClock();
    const host = createMemoryHost(testCyton({ faults: plan('disconnect-mid-frame:50') }), clock);
    const transport = host.open();
    const all = readAll(transport);
    await send(transport, 'b');
    await advance(1000);
    expect(await transport.closed).toBe('unplugged');
    expect((await all).length % 33).not.toBe(0);
    host.close();
  });

  it('delivers a late reply without a stream', async () => {
    const { clock, advance } = createManualClock();
    const host = createMemoryHost(testCyton({ faults: plan('late-reply:300') }), clock);
    const transport = host.open();
    const all = readAll(transport);
    await send(transport, 'D');
    await advance(300);
    await transport.close();
    expect((await all).toString()).toBe('060110$$$');
    host.close();
  });
});
