import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../usb/testing.ts';
import { sfloat, u16 } from './mder.ts';
import { ROCHE_ENTRIES, STORED_MMOL } from './profiles/glucose.ts';
import { type Manager, manage, operate, type Received, u16At } from './support.ts';

const STORE = 16;

/** Confirms event after event from the answer to a trigger on. */
function download(manager: Manager, answers: readonly Received[]): Received[] {
  const events: Received[] = [];
  let next = answers[1];
  while (next !== undefined) {
    events.push(next);
    [next] = manager.confirmSegment(next);
  }
  return events;
}

const statusOf = (event: Received): number => u16At(event.info, 10);
const countOf = (event: Received): number => u16At(event.info, 8);

describe('store of the glucometer', () => {
  it('tells its segments with their entry map', () => {
    const [info] = operate({ variant: 'glucose-stored' }).info(STORE);
    expect(info).toMatchObject({ choice: 0x0207, handle: STORE, code: 0x0c0d, isWhole: true });
    expect(u16At(info?.info ?? u16(), 0)).toBe(3);
    // Absolute time; one element: numeric, glucose, handle 1, basic value of two bytes.
    expect(toHex(info?.info ?? u16())).toContain(
      '0a4e00168000000100100006000271b80001000100040a4c0002',
    );
  });

  it('sends a segment in events of four, until the last bit', () => {
    const manager = operate({ variant: 'glucose-stored' });
    const answers = manager.trigger(STORE, 0);
    expect(toHex(answers[0]?.info ?? u16())).toBe('00000000');
    expect(answers[0]?.bytes).toHaveLength(22);
    const events = download(manager, answers);
    expect(events.map(statusOf)).toEqual([0x8000, 0x0000, 0x4000]);
    expect(events.map(countOf)).toEqual([4, 4, 3]);
    const values = events.flatMap((event) =>
      Array.from({ length: countOf(event) }, (_, i) =>
        toHex(event.info.slice(14 + 10 * i + 8, 14 + 10 * i + 10)),
      ),
    );
    expect(values).toEqual(STORED_MMOL.map((value) => toHex(sfloat(value))));
  });

  it('refuses the empty segment, the unknown one, and a second transfer', () => {
    const manager = operate({ variant: 'glucose-stored' });
    const result = (answers: Received[]) => u16At(answers[0]?.bytes ?? u16(), 20);
    expect(result(manager.trigger(STORE, 2))).toBe(3);
    expect(result(manager.trigger(STORE, 9))).toBe(1);
    manager.trigger(STORE, 0);
    expect(result(manager.trigger(STORE, 1))).toBe(2);
  });

  it('repeats an event that was answered without confirmation, stops when the manager aborts', () => {
    const manager = operate({ variant: 'glucose-stored' });
    const [, first] = manager.trigger(STORE, 0);
    if (first === undefined) throw new Error('no event');
    const [again] = manager.confirmSegment(first, 0);
    expect(again?.info).toEqual(first.info);
    expect(again === undefined ? [] : manager.confirmSegment(again, 0x0008)).toEqual([]);
    expect(manager.trigger(STORE, 1)).toHaveLength(2);
  });

  it('gives all again after a broken transfer', () => {
    const manager = operate({ variant: 'glucose-stored' });
    manager.trigger(STORE, 0);
    expect(manager.wait(3000).map((one) => toHex(one.bytes))).toEqual(['e60000020002']);
    manager.wait(10_000);
    const [config] = manager.associate(3);
    if (config !== undefined) manager.acceptConfig(config);
    expect(download(manager, manager.trigger(STORE, 0))).toHaveLength(3);
  });

  it('is empty once it was cleared', () => {
    const manager = operate({ variant: 'glucose-stored' });
    expect(manager.act(STORE, 0x0c0c, u16(1, 2, 0))[0]?.choice).toBe(0x0207);
    expect(u16At(manager.trigger(STORE, 0)[0]?.bytes ?? u16(), 20)).toBe(3);
  });
});

describe('the sequence an open driver uses with Accu-Chek meters', () => {
  it('works byte for byte, wrong length word included', () => {
    const manager = manage({
      variant: 'glucose-roche',
      clockMs: Date.UTC(2026, 10, 22, 8, 30, 12),
    });
    manager.wait(0);
    const aare =
      'e300002c00035079002680000002800080000000000000008000000000081234567887654321' +
      '0'.repeat(20);
    const [config] = manager.send(fromHex(aare));
    if (config === undefined) throw new Error('no configuration');
    const bytes = config.bytes;
    // Objects from byte 28: class, handle, count and length of attributes.
    const classes: number[] = [];
    for (let at = 28; at < bytes.length; at += 8 + u16At(bytes, at + 6))
      classes.push(u16At(bytes, at));
    expect(classes).toEqual([6, 5, 61]);
    const id = toHex(bytes.slice(6, 8));
    const say = (hex: string) => manager.send(fromHex(hex));
    expect(say(`e70000160014${id}0201000e0000000000000d1c000440000000`)).toEqual([]);
    expect(say('e700000e000c000201030006000000000000')[0]?.choice).toBe(0x0203);
    expect(say('e7000014001200030107000000080c0d0006000100020000')[0]?.choice).toBe(0x0207);
    const set = say('e700001a001800040107001200000c17000c202611220900000000000000');
    expect(set[0]?.choice).toBe(0x0207);
    const events = download(manager, say('e7000010000e00050107000800080c1c00020000'));
    expect(events.map(countOf)).toEqual([10, 10, 8]);
    expect(events.map((event) => (event.bytes[32] ?? 0) & 0x40)).toEqual([0, 0, 0x40]);
    const entries = events.flatMap((event) =>
      Array.from({ length: u16At(event.bytes, 30) }, (_, i) =>
        event.bytes.slice(36 + 12 * i, 48 + 12 * i),
      ),
    );
    expect(entries).toHaveLength(ROCHE_ENTRIES.length);
    expect(toHex(entries[0] ?? u16())).toBe('202611210430000000500000');
    expect(entries.slice(-3).map((entry) => u16At(entry, 8))).toEqual([0x07fe, 0x0802, 131]);
    expect(say('e40000020000').map((one) => toHex(one.bytes))).toEqual(['e50000020000']);
  });
});
