import { describe, expect, it } from 'vitest';
import type { AdapterDeps } from '../_sdk/adapter.ts';
import { systemTime } from '../_sdk/time.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { cytonAdapter } from './adapter.ts';
import { CYTON_MANIFEST } from './manifest.ts';
import { FRAME_BYTES } from './protocol.ts';

const DEPS: AdapterDeps = {
  time: systemTime,
  wire: CYTON_MANIFEST.wires[0],
  calibration: () => null,
};
const BANNER = 'OpenBCI V3 8-16 channel\r\nFirmware: v3.1.2\r\n$$$';

/** Something at the other end that says `chunk()` every 8 ms until it hears `s`. */
async function probeAgainst(chunk: (tick: number) => Uint8Array) {
  const { transport, device } = createMemoryPair(systemTime.nowNs);
  const written: string[] = [];
  let tick = 0;
  const timer = setInterval(() => {
    const bytes = chunk(tick++);
    if (bytes.length > 0) {
      device.send(bytes);
    }
  }, 8);
  device.onBytes((bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    written.push(text);
    if (text === 's') {
      clearInterval(timer);
    } else if (text === 'v') {
      device.send(Buffer.from(BANNER, 'latin1'));
    }
  });
  const probed = await cytonAdapter.probe(transport, DEPS);
  clearInterval(timer);
  return { probed, written };
}

function frames(tick: number): Uint8Array {
  const bytes = new Uint8Array(2 * FRAME_BYTES);
  for (const index of [0, 1]) {
    bytes[index * FRAME_BYTES] = 0xa0;
    bytes[index * FRAME_BYTES + 1] = (2 * tick + index) & 0xff;
    bytes[(index + 1) * FRAME_BYTES - 1] = 0xc0;
  }
  return bytes;
}

describe('what is written to something that speaks unasked', () => {
  it('is stop and identify, where it speaks as a board does', async () => {
    const { probed, written } = await probeAgainst(frames);
    expect(probed).toMatchObject({ ok: true, value: { firmware: 'v3.1.2' } });
    expect(written).toEqual(['s', 'v']);
  });

  it('is nothing, where it is another product on the same bridge chip', async () => {
    const nonin = Uint8Array.of(0x01, 0x80, 0x64, 0x00, 0xe5);
    const { probed, written } = await probeAgainst(() => nonin);
    expect(probed).toMatchObject({ ok: false, fault: { code: 'DEVICE_NO_ANSWER' } });
    expect(written).toEqual([]);
  });

  it('is the documented question, where it said a text and fell silent', async () => {
    const hello = Buffer.from('hello', 'latin1');
    const { probed, written } = await probeAgainst((tick) =>
      tick === 0 ? hello : new Uint8Array(0),
    );
    expect(probed.ok).toBe(true);
    expect(written).toEqual(['v']);
  });
});
