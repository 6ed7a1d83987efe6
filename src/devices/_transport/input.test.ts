import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INPUT_EVENT_BYTES, openInput } from './input.ts';

const onLinux = process.platform === 'linux';

describe('input transport', () => {
  // A FIFO answers a read as an event device does: EAGAIN while it is idle.
  it.runIf(onLinux)(
    'gives events, can be closed while nothing comes, and is unplugged',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chariot-input-'));
      const path = join(folder, 'event0');
      execFileSync('mkfifo', [path]);
      const device = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
      const opened = await openInput(path);
      const second = await openInput(path);
      if (!opened.ok || !second.ok) {
        throw new Error('not opened');
      }
      const transport = opened.value;
      const at = performance.now();
      await second.value.close();
      expect(performance.now() - at).toBeLessThan(100);
      expect(await second.value.closed).toBeNull();
      const got: number[] = [];
      transport.readable.listen((bytes) => got.push(bytes.length));
      await device.write(Buffer.alloc(2 * INPUT_EVENT_BYTES));
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(got).toEqual([48]);
      expect(await transport.writable.write(new Uint8Array(1))).toMatchObject({
        fault: { code: 'DEVICE_CANNOT' },
      });
      await device.close();
      expect(await transport.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
      await rm(folder, { recursive: true });
    },
  );

  it.runIf(onLinux)('says that there is none', async () => {
    expect(await openInput('/dev/input/nonexistent')).toMatchObject({
      fault: { code: 'DEVICE_NOT_FOUND' },
    });
  });

  it('says where it cannot be', async () => {
    for (const platform of [
      { os: 'win32', arch: 'x64' },
      { os: 'linux', arch: 'arm' },
    ]) {
      expect(await openInput('/dev/input/event0', platform)).toMatchObject({
        fault: { code: 'DEVICE_CANNOT' },
      });
    }
  });
});
