import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../contracts/faults.ts';
import type { ConfigObject, Configuration } from './configuration.ts';
import type { DataMessage, EventReport, Spoken } from './data.ts';
import { createStoreReader, type StoredEntry } from './store.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const STORE: ConfigObject = {
  objectClass: 61,
  handle: 8,
  type: null,
  supplemental: [],
  unit: null,
  metricIds: [],
  valueMaps: [],
  sampleArray: null,
  scanner: null,
  store: { segments: 1, transferTimeoutMs: null, clearTimeoutMs: null },
};
const GLUCOSE: ConfigObject = {
  ...STORE,
  objectClass: 6,
  handle: 1,
  type: { partition: 2, code: 29296 },
  unit: 2130,
  store: null,
};
const CONFIGURATION: Configuration = {
  id: 0x4000,
  objects: new Map([
    [8, STORE],
    [1, GLUCOSE],
  ]),
};
/** One segment with three entries, without a map. */
const SEGMENTS = '0001000e000000010008097b000400000003';
const entry = (minute: string, value: string): string => `20261120073${minute}0000${value}0000`;

function rig(transferCodes: string[] = ['0000']) {
  const entries: StoredEntry[] = [];
  const asked: number[] = [];
  let jobs: { readonly ms: number; readonly run: () => void }[] = [];
  const reader = createStoreReader({
    manager: {
      ask: async ({ argument }: Spoken): Promise<Result<DataMessage>> => {
        const type = ((argument[2] ?? 0) << 8) | (argument[3] ?? 0);
        asked.push(type);
        const code = type === 0x0c1c ? (transferCodes.shift() ?? '0000') : '';
        const info = type === 0x0c0d ? bytes(SEGMENTS) : bytes(`0000${code}`);
        return ok({ kind: 'actionResult', handle: 8, type, info });
      },
    },
    time: {
      nowNs: () => 0n,
      after: (ms, run) => {
        const job = { ms, run };
        jobs.push(job);
        return () => {
          jobs = jobs.filter((other) => other !== job);
        };
      },
      wallClock: () => '',
    },
    onEntry: (stored) => entries.push(stored),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    reader,
    entries,
    asked,
    settle,
    /** Whoever waits for no longer than `ms` has waited. */
    pass: async (ms: number) => {
      const due = jobs.filter((job) => job.ms <= ms);
      jobs = jobs.filter((job) => job.ms > ms);
      for (const job of due) {
        job.run();
      }
      await settle();
    },
    /** @returns status that the agent is answered with. */
    send: (first: number, status: string, ...list: string[]): string => {
      const head = [first, list.length].map((value) => value.toString(16).padStart(8, '0'));
      const data = list.join('');
      const length = (data.length / 2).toString(16).padStart(4, '0');
      const event: EventReport = {
        kind: 'event',
        confirmed: true,
        handle: 8,
        time: 0,
        type: 0x0d21,
        info: bytes(`0000${head.join('')}${status}${length}${data}`),
      };
      const verdict = reader.onEvent(event, 0n);
      const info = verdict.kind === 'taken' ? (verdict.info ?? []) : [];
      return Buffer.from(info.slice(-2)).toString('hex');
    },
  };
}

describe('a store', () => {
  it('is read part by part, each entry once', async () => {
    const { reader, entries, send, settle } = rig();
    const done = reader.download(STORE, CONFIGURATION);
    await settle();
    expect(send(0, '8000', entry('0', '0068'), entry('1', '0069'))).toBe('0080');
    expect(send(1, '0000', entry('1', '0069'))).toBe('0080');
    expect(send(2, '4000', entry('2', '006a'))).toBe('0080');
    expect(await done).toEqual(ok(3));
    expect(entries.map(({ index, entry: { time } }) => [index, time?.text])).toEqual([
      [0, '2026-11-20T07:30:00'],
      [1, '2026-11-20T07:31:00'],
      [2, '2026-11-20T07:32:00'],
    ]);
  });

  it('is given up when entries are missing between two parts', async () => {
    const { reader, send, settle } = rig();
    const done = reader.download(STORE, CONFIGURATION);
    await settle();
    send(0, '8000', entry('0', '0068'));
    expect(send(2, '4000', entry('2', '006a'))).toBe('0008');
    expect(await done).toMatchObject({ fault: { code: 'DEVICE_PROTOCOL' } });
  });

  it('is not taken as read when the last part came too soon', async () => {
    const { reader, send, settle } = rig();
    const done = reader.download(STORE, CONFIGURATION);
    await settle();
    send(0, 'c000', entry('0', '0068'));
    expect(await done).toMatchObject({ fault: { code: 'DEVICE_PROTOCOL', params: { read: 1 } } });
  });

  it('does not take the rest of an old transfer for its beginning', async () => {
    const { reader, entries, send, settle } = rig();
    void reader.download(STORE, CONFIGURATION);
    await settle();
    expect(send(7, '4000', entry('2', '006a'))).toBe('0008');
    expect(entries).toEqual([]);
  });

  it('whose entries are of another length is refused', async () => {
    const { reader, entries, send, settle } = rig();
    void reader.download(STORE, CONFIGURATION);
    await settle();
    expect(send(0, 'c000', `${entry('0', '0068')}00`)).toBe('0008');
    expect(entries).toEqual([]);
  });

  it('that is empty gives nothing, and that is all', async () => {
    const { reader } = rig(['0003']);
    expect(await reader.download(STORE, CONFIGURATION)).toEqual(ok(0));
  });

  it('that is busy is asked again, and then not for ever', async () => {
    const { reader, asked, settle, pass } = rig(['0002', '0002', '0002', '0002', '0002']);
    const done = reader.download(STORE, CONFIGURATION);
    await settle();
    for (let times = 0; times < 3; times++) {
      await pass(1_000);
    }
    expect(await done).toMatchObject({ fault: { code: 'DEVICE_REJECTED_COMMAND' } });
    expect(asked.filter((type) => type === 0x0c1c)).toHaveLength(4);
  });

  it('that stops in the middle is not waited for without end', async () => {
    const { reader, send, settle, pass } = rig();
    const done = reader.download(STORE, CONFIGURATION);
    await settle();
    send(0, '8000', entry('0', '0068'));
    await pass(10_000);
    expect(await done).toMatchObject({ fault: { code: 'DEVICE_NO_ANSWER' } });
  });

  it('nobody asked for: its data are declined', () => {
    const { send, entries } = rig();
    expect(send(0, 'c000', entry('0', '0068'))).toBe('0008');
    expect(entries).toEqual([]);
  });
});
