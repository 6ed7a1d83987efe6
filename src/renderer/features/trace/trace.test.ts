import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import type { TraceEntry } from '../../../contracts/trace.ts';
import { createTraceLog, KEPT_ENTRIES } from './traceLog.ts';
import { clockText, isWanted, spacedHex } from './words.ts';

function entry(seq: number, changes: Partial<TraceEntry> = {}): TraceEntry {
  return { seq, atMs: seq, direction: 'in', hex: 'a001c0', text: ['sample 1'], ...changes };
}

/** A host that keeps the entries [first, end). */
function host(first: number, end: number) {
  const kept = { first, end, asked: 0 };
  return {
    kept,
    read: async (from: number, limit: number) => {
      kept.asked++;
      const start = Math.max(from, kept.first);
      const last = Math.min(kept.end, start + limit);
      const entries = Array.from({ length: Math.max(0, last - start) }, (_, at) =>
        entry(start + at),
      );
      return ok({ entries, next: Math.min(Math.max(start, last), kept.end), first: kept.first });
    },
  };
}

describe('the trace log', () => {
  it('reads page after page until nothing is new', async () => {
    const { kept, read } = host(0, 1234);
    const log = createTraceLog(read);
    await log.refresh();
    expect(log.state().entries.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 1234 }, (_, seq) => seq),
    );
    kept.end = 1300;
    await log.refresh();
    expect(log.state().entries.at(-1)?.seq).toBe(1299);
    expect(log.state().entries).toHaveLength(1300);
  });

  it('counts what gave way before it was read, and bounds what it keeps', async () => {
    const { kept, read } = host(0, 100);
    const log = createTraceLog(read);
    await log.refresh();
    kept.first = 150;
    kept.end = 150 + KEPT_ENTRIES;
    while (log.state().entries.at(-1)?.seq !== kept.end - 1) {
      await log.refresh();
    }
    expect(log.state().skipped).toBe(50);
    expect(log.state().entries).toHaveLength(KEPT_ENTRIES);
  });

  it('begins again with a host that was started anew', async () => {
    const { kept, read } = host(0, 800);
    const log = createTraceLog(read);
    await log.refresh();
    kept.end = 3;
    await log.refresh();
    expect(
      log
        .state()
        .entries.slice(-3)
        .map(({ seq }) => seq),
    ).toEqual([0, 1, 2]);
  });

  it('asks one question at a time and forgets an answer that comes after it was cleared', async () => {
    const { kept, read } = host(0, 10);
    const log = createTraceLog(read);
    const both = Promise.all([log.refresh(), log.refresh()]);
    log.clear();
    await both;
    expect(kept.asked).toBe(1);
    expect(log.state().entries).toEqual([]);
  });

  it('tells a fault, and that it passed', async () => {
    let away = true;
    const log = createTraceLog(async () =>
      away ? failed('DEVICE_HOST_UNAVAILABLE') : ok({ entries: [entry(0)], next: 1, first: 0 }),
    );
    await log.refresh();
    expect(log.state().fault?.code).toBe('DEVICE_HOST_UNAVAILABLE');
    away = false;
    await log.refresh();
    expect(log.state()).toMatchObject({ fault: null, entries: [{ seq: 0 }] });
  });
});

describe('a trace line', () => {
  it('is found by its bytes, however they are spaced, or by its words', () => {
    const line = entry(0, { hex: 'a001c0ff', text: ['sample 1', 'footer C0'] });
    for (const filter of ['', 'a0 01', 'A001', '01c0', 'sample', 'SAMPLE footer', 'c0']) {
      expect(isWanted(line, filter), filter).toBe(true);
    }
    for (const filter of ['001c', 'b0', 'sample lost']) {
      expect(isWanted(line, filter), filter).toBe(false);
    }
  });

  it('shows bytes apart and the time of day', () => {
    expect(spacedHex('a001c0')).toBe('a0 01 c0');
    const now = new Date(2026, 2, 1, 10, 0, 1, 250).getTime();
    expect(clockText(4000, now - 5000)).toBe('10:00:00.250');
    expect(clockText(4000, null)).toBe('4.000 s');
  });
});
