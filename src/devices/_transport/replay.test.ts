import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../_sdk/transport.ts';
import { openReplay, type ReplayOptions } from './replay.ts';

async function replayed(
  content: string,
  options: Omit<ReplayOptions, 'path' | 'speed'> & { readonly speed?: number },
): Promise<Transport> {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-replay-'));
  const path = join(folder, 'capture');
  writeFileSync(path, content, 'latin1');
  const opened = await openReplay({ speed: 0, ...options, path });
  rmSync(folder, { recursive: true });
  if (!opened.ok) {
    throw new Error(opened.fault.code);
  }
  return opened.value;
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const traceOf = (lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('replay of a capture of bytes', () => {
  it('is silent until spoken to, pauses where the device waited, and ends unplugged', async () => {
    const { readable, writable, closed } = await replayed(`banner$$$${'x'.repeat(10_000)}`, {
      raw: { bytesPerSecond: 1, replyTerminator: '$$$' },
    });
    let text = '';
    readable.listen((bytes) => {
      text += Buffer.from(bytes).toString('latin1');
    });
    await later();
    expect(text).toBe('');
    await writable.write(new Uint8Array([0x76]));
    await later();
    expect(text).toBe('banner$$$');
    await writable.write(new Uint8Array([0x62]));
    expect(await closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    expect(text.length).toBe(10_009);
  });

  it('lets a device that talks by itself talk to whoever listens, and loses nothing before', async () => {
    const { readable, closed } = await replayed('y'.repeat(200_000), {
      raw: { bytesPerSecond: 1, replyTerminator: null },
    });
    await later();
    let heard = 0;
    readable.listen((bytes) => {
      heard += bytes.length;
    });
    await closed;
    expect(heard).toBe(200_000);
  });

  it('says when there is no capture, or none that this device can be replayed from', async () => {
    const missing = { path: '/nonexistent/capture', speed: 1, raw: null };
    expect(await openReplay(missing)).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_NOT_FOUND' },
    });
    await expect(replayed('bytes', { raw: null })).rejects.toThrow('DEVICE_CANNOT');
    const damaged = '{"dir":"in","hex":"zz","atMs":0}\n';
    await expect(replayed(damaged, { raw: null })).rejects.toThrow('DEVICE_CANNOT');
  });

  it('can be closed while it waits', async () => {
    const transport = await replayed('text$$$', {
      raw: { bytesPerSecond: 1, replyTerminator: '$$$' },
    });
    await transport.close();
    expect(await transport.closed).toBeNull();
    expect(await transport.writable.write(new Uint8Array(1))).toMatchObject({
      fault: { code: 'DEVICE_UNPLUGGED' },
    });
  });
});

describe('replay of a trace', () => {
  it('answers packet by packet, and only what it was asked', async () => {
    const { readable, writable, control, closed } = await replayed(
      traceOf([
        { dir: 'out', hex: '01', atMs: 0 },
        { dir: 'in', hex: 'aa 01', atMs: 5 },
        { dir: 'in', hex: 'aa02', atMs: 6 },
        { direction: 'out', hex: '02', atMs: 100, seq: 3, text: ['ask'] },
        { direction: 'in', hex: 'bb', atMs: 101 },
        { dir: 'in', pipe: 'control', hex: 'f00d', atMs: 102 },
      ]),
      { raw: null },
    );
    const packets: string[] = [];
    readable.listen((bytes) => packets.push(Buffer.from(bytes).toString('hex')));
    await later();
    expect(packets).toEqual([]);
    await writable.write(new Uint8Array([1]));
    await later();
    expect(packets).toEqual(['aa01', 'aa02']);
    const feature = { kind: 'feature', reportId: 0 } as const;
    expect(await control?.read(feature, 8)).toEqual({
      ok: true,
      value: new Uint8Array([0xf0, 13]),
    });
    expect(await control?.read(feature, 8)).toMatchObject({ fault: { code: 'DEVICE_NO_ANSWER' } });
    await writable.write(new Uint8Array([2]));
    expect(await closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    expect(packets).toEqual(['aa01', 'aa02', 'bb']);
  });

  it('is not held up by an answer that its listener answers at once', async () => {
    const { readable, writable, closed } = await replayed(
      traceOf([
        { dir: 'in', hex: '05', atMs: 0 },
        { dir: 'out', hex: '06', atMs: 1 },
        { dir: 'in', hex: '02', atMs: 2 },
        { dir: 'out', hex: '06', atMs: 3 },
        { dir: 'in', hex: '04', atMs: 4 },
      ]),
      { raw: null },
    );
    const heard: number[] = [];
    readable.listen((bytes) => {
      heard.push(bytes[0] ?? 0);
      void writable.write(new Uint8Array([6]));
    });
    await closed;
    expect(heard).toEqual([5, 2, 4]);
  });

  it('waits for as many writes as there were, also when they come at once', async () => {
    const { readable, writable, closed } = await replayed(
      traceOf([
        { dir: 'out', hex: '01', atMs: 0 },
        { dir: 'out', hex: '02', atMs: 1 },
        { dir: 'in', hex: '03', atMs: 2 },
      ]),
      { raw: null },
    );
    const heard: number[] = [];
    readable.listen((bytes) => heard.push(bytes[0] ?? 0));
    await writable.write(new Uint8Array([1]));
    await later();
    expect(heard).toEqual([]);
    await writable.write(new Uint8Array([2]));
    await closed;
    expect(heard).toEqual([3]);
    const twice = await replayed(
      traceOf([
        { dir: 'out', hex: '01', atMs: 0 },
        { dir: 'out', hex: '02', atMs: 1 },
      ]),
      { raw: null },
    );
    void twice.writable.write(new Uint8Array([1]));
    void twice.writable.write(new Uint8Array([2]));
    expect(await twice.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
  });

  it('keeps the distance that the packets had', async () => {
    const { readable, closed } = await replayed(
      traceOf([
        { dir: 'in', hex: '01', atMs: 1000 },
        { dir: 'in', hex: '02', atMs: 1200 },
      ]),
      { raw: null, speed: 2 },
    );
    const times: bigint[] = [];
    readable.listen((_, readAtNs) => times.push(readAtNs));
    await closed;
    const apart = Number((times[1] ?? 0n) - (times[0] ?? 0n)) / 1e6;
    expect(apart).toBeGreaterThan(90);
    expect(apart).toBeLessThan(190);
  });
});
