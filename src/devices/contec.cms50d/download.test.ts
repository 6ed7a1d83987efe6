import { describe, expect, it } from 'vitest';
import { CHANNEL_FLAG } from '../../contracts/sampleBlock.ts';
import { createRecordingSink } from '../_sdk/recordingSink.ts';
import { createMemoryPair } from '../_transport/memory.ts';
import { cms50dAdapter } from './adapter.ts';
import { OLD_MODEL } from './manifest.ts';
import { createNewSessionReader, createOldSessionReader, type SessionVerdict } from './sessions.ts';

const PREAMBLE = [0xf2, 0x80, 0x00];
const LIVE = [0x87, 0x12, 0x09, 72, 98];

/** A session of the old wire, laid out by hand. @param sent the number in the header. */
function oldSession(seconds: readonly (readonly [number, number])[], sent: number): Uint8Array {
  return Uint8Array.of(
    ...LIVE,
    ...PREAMBLE,
    ...PREAMBLE,
    ...PREAMBLE,
    0x80 | (sent >> 14),
    0x80 | ((sent >> 7) & 0x7f),
    sent & 0x7f,
    ...seconds.flatMap(([pulse, spo2]) => [0xf0 | (pulse >> 7), 0x80 | (pulse & 0x7f), spo2]),
  );
}

function read(reader: ReturnType<typeof createOldSessionReader>, bytes: Uint8Array, size = 7) {
  let verdict: SessionVerdict | null = null;
  for (let at = 0; at < bytes.length && verdict === null; at += size) {
    verdict = reader.push(bytes.subarray(at, at + size));
  }
  return verdict;
}

const SECONDS = Array.from({ length: 100 }, (_, index): [number, number] => [60 + index, 95]);

describe('a stored session of the old wire', () => {
  it.each([299, 300])('is read whole, from a header that says %i', (sent) => {
    for (const size of [1, 2, 7, 4096]) {
      const verdict = read(createOldSessionReader(), oldSession(SECONDS, sent), size);
      expect(verdict).toMatchObject({ kind: 'session' });
      const seconds = verdict?.kind === 'session' ? verdict.seconds : [];
      expect(seconds.map(({ pulse, spo2 }) => [pulse, spo2])).toEqual(SECONDS);
    }
  });

  it('is nothing while it is not whole', () => {
    const bytes = oldSession(SECONDS, 299);
    expect(read(createOldSessionReader(), bytes.subarray(0, -1))).toBeNull();
  });

  it('is refused with a byte lost, added, or a top bit flipped', () => {
    const bytes = oldSession(SECONDS, 299);
    const header = bytes.length - 300;
    for (let at = header; at < bytes.length - 3; at++) {
      const lost = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]);
      expect(read(createOldSessionReader(), lost)?.kind ?? 'unfinished').not.toBe('session');
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x80;
      expect(read(createOldSessionReader(), flipped)).toEqual({ kind: 'damaged' });
    }
    expect(read(createOldSessionReader(), oldSession(SECONDS, 298))).toEqual({ kind: 'damaged' });
  });
});

describe('a stored session of the new wire', () => {
  const pairs = (...data: number[]): number[] => {
    const high = data.reduce((sum, byte, index) => sum | ((byte >> 7) << index), 0x80);
    return [high, ...data.map((byte) => byte | 0x80)];
  };
  const storage = (...data: number[]): number[] => [0x0f, ...pairs(...data)];
  const end = (reason: number): number[] => [0x0d, ...pairs(reason)];

  it('is read whole, without the zeros that fill it up', () => {
    const bytes = [
      ...storage(98, 72, 97, 180, 0x7f, 0xff),
      ...storage(96, 70, 0, 0, 0, 0),
      ...end(0),
    ];
    const verdict = read(createNewSessionReader(null), Uint8Array.from(bytes), 1);
    const seconds = verdict?.kind === 'session' ? verdict.seconds : [];
    expect(seconds.map(({ spo2, pulse }) => [spo2, pulse])).toEqual([
      [98, 72],
      [97, 180],
      [127, 255],
      [96, 70],
    ]);
  });

  it('holds the perfusion where it was stored', () => {
    const bytes = [0x09, ...pairs(98, 72, 0x5e, 0x01), ...end(1)];
    expect(read(createNewSessionReader(null), Uint8Array.from(bytes))).toEqual({
      kind: 'session',
      seconds: [{ spo2: 98, pulse: 72, perfusion: 350 }],
    });
  });

  it('ends where it was announced to end, and not before', () => {
    const bytes = Uint8Array.from([
      ...storage(98, 72, 97, 71, 96, 70),
      ...storage(95, 69, 0, 0, 0, 0),
    ]);
    const reader = createNewSessionReader(4);
    expect(read(reader, bytes)).toBeNull();
    expect(reader.silent()).toMatchObject({ kind: 'session', seconds: { length: 4 } });
    const short = createNewSessionReader(7);
    expect([read(short, bytes), short.silent()]).toEqual([null, null]);
    const cut = Uint8Array.from([...bytes, ...end(0)]);
    expect(read(createNewSessionReader(7), cut)).toEqual({ kind: 'damaged' });
  });

  it('is refused when the device says that something is wrong, or bytes are', () => {
    expect(read(createNewSessionReader(null), Uint8Array.from(end(5)))).toEqual({
      kind: 'refused',
      fault: { code: 'DEVICE_SAID_ABORT', params: { reason: 5 } },
    });
    const hurt = [...storage(98, 72, 97, 71, 96, 70), ...storage(98, 72, 97, 71, 96, 70)];
    hurt.splice(11, 1);
    expect(read(createNewSessionReader(null), Uint8Array.from([...hurt, ...end(0)]))).toEqual({
      kind: 'damaged',
    });
  });
});

describe('download', () => {
  function bench() {
    const waits = new Set<() => void>();
    const pair = createMemoryPair(() => 0n);
    const sink = createRecordingSink();
    const { adapterId, adapterVersion, manufacturer, wires } = cms50dAdapter.manifest;
    const identity = {
      adapterId,
      adapterVersion,
      manufacturer,
      model: OLD_MODEL,
      serialNumber: null,
      firmware: null,
    };
    const time = {
      nowNs: () => 0n,
      after: (_ms: number, action: () => void) => {
        waits.add(action);
        return () => waits.delete(action);
      },
      wallClock: () => '2026-01-01T00:00:00.000Z',
    };
    const deps = { time, wire: wires[0], calibration: () => null };
    const source = cms50dAdapter.open(pair.transport, identity, sink, deps);
    const settle = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const timeIsUp = async (): Promise<void> => {
      await settle();
      const due = [...waits];
      waits.clear();
      for (const act of due) {
        act();
      }
      await settle();
    };
    return { pair, sink, source, settle, timeIsUp };
  }
  const DOWNLOAD = { command: 'download', clear: false } as const;

  it('gives the session once it is whole, with what was missing marked', async () => {
    const { pair, sink, source, timeIsUp } = bench();
    const asked: string[] = [];
    pair.device.onBytes((bytes) => asked.push(Buffer.from(bytes).toString('hex')));
    const done = source.apply(DOWNLOAD);
    pair.device.send(oldSession([...SECONDS, [0, 0], [255, 127]], 305));
    await timeIsUp();
    expect(await done).toEqual({ ok: true, value: undefined });
    expect(asked).toEqual(['f5f5', 'f6f6f6']);
    expect(sink.stored).toEqual([{ stream: 1, recordedAt: null }]);
    const rows = sink.of(1);
    expect(rows.map(({ values: [spo2, pulse] }) => [pulse, spo2])).toEqual([
      ...SECONDS,
      [0, 0],
      [255, 127],
    ]);
    const lost = [CHANNEL_FLAG.lost, CHANNEL_FLAG.lost];
    expect(rows.slice(-3).map(({ flags }) => flags)).toEqual([[0, 0], lost, lost]);
    expect(sink.events).toEqual([{ code: 'downloaded' }]);
    expect(sink.measurements).toEqual([]);
  });

  it('asks again for a damaged session, three times, and gives nothing of it', async () => {
    const { pair, sink, source, timeIsUp, settle } = bench();
    let asked = 0;
    pair.device.onBytes((bytes) => {
      asked += bytes[0] === 0xf5 ? 1 : 0;
    });
    const done = source.apply(DOWNLOAD);
    for (let attempt = 0; attempt < 3; attempt++) {
      await settle();
      pair.device.send(oldSession(SECONDS, 298));
      await timeIsUp();
    }
    expect(await done).toEqual({
      ok: false,
      fault: { code: 'DEVICE_PROTOCOL', params: { attempts: 3 } },
    });
    expect(asked).toBe(3);
    expect([sink.samples, sink.stored, sink.badFrames()]).toEqual([[], [], 3]);
  });

  it('says how far it came when the device falls silent, or only streams on', async () => {
    const { pair, sink, source, timeIsUp } = bench();
    const done = source.apply(DOWNLOAD);
    pair.device.send(oldSession(SECONDS, 299).subarray(0, -30));
    pair.device.send(Uint8Array.of());
    for (let turn = 0; turn < 4; turn++) {
      await timeIsUp();
    }
    expect(await done).toEqual({
      ok: false,
      fault: { code: 'DEVICE_NO_ANSWER', params: { seconds: 90, announced: 100 } },
    });
    expect(sink.samples).toEqual([]);
  });

  it('does not pretend that it could delete', async () => {
    const { source } = bench();
    expect(await source.apply({ command: 'download', clear: true })).toMatchObject({
      ok: false,
      fault: { code: 'DEVICE_CANNOT' },
    });
  });
});
