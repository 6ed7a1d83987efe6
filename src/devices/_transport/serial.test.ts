import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFault } from './failure.ts';
import type { SerialBinding } from './nativePort.ts';
import { openSerial } from './serial.ts';
import { serialSettings } from './serialSettings.ts';

async function socatPair(folder: string) {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  const child = spawn('socat', [`pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`]);
  while (!existsSync(a) || !existsSync(b)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  };
  return { a, b, kill };
}

function opened(result: Awaited<ReturnType<typeof openSerial>>) {
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

describe('serial transport', () => {
  it('never lets the kernel swallow flow-control bytes', () => {
    const settings = serialSettings({ path: 'x', baudRate: 115_200 });
    expect(settings).toMatchObject({ xon: false, xoff: false, xany: false, rtscts: false });
    expect(settings).toMatchObject({ baudRate: 115_200, dataBits: 8, stopBits: 1, parity: 'none' });
  });

  it('asks for the line that the wire describes', async () => {
    const asked: unknown[] = [];
    const refuse = async (options: ReturnType<typeof serialSettings>): Promise<SerialBinding> => {
      asked.push(options);
      throw new Error('Error: Permission denied, cannot open /dev/ttyUSB0');
    };
    const line = { baudRate: 19_200, dataBits: 7, parity: 'odd', stopBits: 2 } as const;
    expect(await openSerial({ path: '/dev/ttyUSB0', ...line }, refuse)).toEqual({
      ok: false,
      fault: {
        code: 'DEVICE_NO_PERMISSION',
        params: { path: '/dev/ttyUSB0', rule: '70-chariot.rules' },
      },
    });
    expect(asked).toMatchObject([{ ...line, xon: false, xoff: false }]);
  });

  it('passes all 256 bytes both ways on a pty and notices within 150 ms that it is torn off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chariot-serial-'));
    const pair = await socatPair(folder);
    const near = opened(await openSerial({ path: pair.a, baudRate: 115_200 }));
    const far = opened(await openSerial({ path: pair.b, baudRate: 115_200 }));
    try {
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        const got: number[] = [];
        const stop = to.readable.listen((bytes) => got.push(...bytes));
        expect((await from.writable.write(all)).ok).toBe(true);
        while (got.length < all.length) {
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        stop();
        expect(got).toEqual([...all]);
      }
      const busy = await openSerial({ path: pair.a, baudRate: 115_200 });
      expect(busy).toMatchObject({ ok: false, fault: { code: 'DEVICE_BUSY' } });
      const killedAt = performance.now();
      await pair.kill();
      expect(await near.closed).toEqual({ code: 'DEVICE_UNPLUGGED' });
      expect(performance.now() - killedAt).toBeLessThan(150);
      expect((await near.writable.write(all)).ok).toBe(false);
    } finally {
      await Promise.all([near.close(), far.close(), pair.kill()]);
      rmSync(folder, { recursive: true });
    }
  });

  it('says which way a port cannot be opened', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chariot-serial-'));
    const missing = await openSerial({ path: join(folder, 'none'), baudRate: 115_200 });
    expect(missing).toMatchObject({ ok: false, fault: { code: 'DEVICE_NOT_FOUND' } });
    const plain = join(folder, 'plain');
    writeFileSync(plain, '');
    const noPort = await openSerial({ path: plain, baudRate: 115_200 });
    expect(noPort).toMatchObject({ ok: false, fault: { code: 'DEVICE_TRANSPORT_FAILED' } });
    rmSync(folder, { recursive: true });
    expect(openFault(new Error('Error: Permission denied, cannot open x'))).toBe(
      'DEVICE_NO_PERMISSION',
    );
    expect(openFault(new Error('Opening COM3: Access denied'))).toBe('DEVICE_NO_PERMISSION');
  });

  it('reads once a beat, and at once again after a burst', async () => {
    const sizes = [33, 33, 4095, 1024, 10];
    const reads: number[] = [];
    let release: (error: Error) => void = () => {};
    const binding: SerialBinding = {
      read: (_buffer, _offset, _length) => {
        reads.push(performance.now());
        const bytesRead = sizes.shift();
        return bytesRead === undefined
          ? new Promise((_, reject) => {
              release = reject;
            })
          : Promise.resolve({ bytesRead });
      },
      write: async () => {},
      close: async () => release(new Error('closed')),
    };
    const port = opened(
      await openSerial({ path: 'x', baudRate: 9600, cadenceMs: 40 }, async () => binding),
    );
    let bytes = 0;
    port.readable.listen((chunk) => {
      bytes += chunk.length;
    });
    while (reads.length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const waits = reads.slice(1).map((at, index) => at - (reads[index] ?? 0) > 30);
    expect(waits).toEqual([true, true, false, false, true]);
    expect(bytes).toBe(33 + 33 + 4095 + 1024 + 10);
    await port.close();
    expect(await port.closed).toBeNull();
  });
});
