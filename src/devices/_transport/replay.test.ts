import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openReplay } from './replay.ts';

describe('replay of a capture', () => {
  it('is silent until spoken to, pauses where the device waited, and ends unplugged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chariot-replay-'));
    const path = join(folder, 'capture.bin');
    writeFileSync(path, `banner$$$${'x'.repeat(10_000)}`, 'latin1');
    const opened = await openReplay({ path, speed: 0, bytesPerSecond: 1, pauseAfter: '$$$' });
    rmSync(folder, { recursive: true });
    if (!opened.ok) {
      throw new Error(opened.fault.code);
    }
    const { readable, writable, closed } = opened.value;
    let text = '';
    readable.listen((bytes) => {
      text += Buffer.from(bytes).toString('latin1');
    });
    const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    await later();
    expect(text).toBe('');
    await writable.write(new Uint8Array([0x76]));
    await later();
    expect(text).toBe('banner$$$');
    await writable.write(new Uint8Array([0x62]));
    expect(await closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
    expect(text.length).toBe(10_009);
  });

  it('says when there is no capture', async () => {
    const missing = { path: '/nonexistent/capture', speed: 1, bytesPerSecond: 1, pauseAfter: '$' };
    expect(await openReplay(missing)).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_NOT_FOUND' },
    });
  });
});
