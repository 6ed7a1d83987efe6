import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../contracts/devices.ts';
import { type ConsumerOptions, createBus, type HostItem } from './bus.ts';

function block(seq: number): HostItem {
  return { kind: 'block', name: { streamId: 1, epoch: 0, seq }, bytes: new Uint8Array([seq]) };
}

const SPO2: Measurement = {
  kind: 'measurement',
  deviceId: 'd',
  name: 'spo2',
  code: 'MDC:150456',
  value: 97,
  unit: '%',
  site: null,
  quality: 'good',
  flags: [],
  origin: 'live',
  reading: null,
  time: '2026-01-01T00:00:00.000Z',
  deviceTime: null,
  clockOffsetMs: null,
  receivedAt: '2026-01-01T00:00:00.000Z',
  hostTimeMs: 1,
  device: {
    adapterId: 'a',
    adapterVersion: '1',
    manufacturer: 'm',
    model: 'm',
    serialNumber: null,
    firmware: null,
  },
  calibration: { state: 'none', dueDate: null },
  binding: 'resident-1',
};

function subscribe(bus: ReturnType<typeof createBus>, policy: ConsumerOptions['policy']) {
  const taken: number[] = [];
  const state = { ready: true, lost: 0 };
  const consumer = bus.subscribe({
    limitBlocks: 3,
    policy,
    onLost: (blocks) => {
      state.lost += blocks;
    },
    take: (item) => {
      if (!state.ready) {
        return false;
      }
      if (item.kind === 'block') {
        taken.push(item.name.seq);
      }
      return true;
    },
  });
  return { taken, state, consumer };
}

/** Turns of a loop that run when told. */
function createTurns() {
  const jobs: (() => void)[] = [];
  const runAll = (): number => {
    let turns = 0;
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      turns++;
      job();
    }
    return turns;
  };
  return { next: (job: () => void) => void jobs.push(job), runAll };
}

describe('bus', () => {
  it('gives a view the newest: the oldest go first, counted', () => {
    const bus = createBus();
    const view = subscribe(bus, 'oldestFirst');
    view.state.ready = false;
    for (let seq = 0; seq < 10; seq++) {
      bus.publish(block(seq));
    }
    expect(view.consumer.queuedBlocks()).toBe(3);
    view.state.ready = true;
    view.consumer.pump();
    expect(view.taken).toEqual([7, 8, 9]);
    expect(view.state.lost).toBe(7);
  });

  it('keeps what it accepted for the record, and says what it refused', () => {
    const bus = createBus();
    const record = subscribe(bus, 'refuseNewest');
    record.state.ready = false;
    for (let seq = 0; seq < 5; seq++) {
      bus.publish(block(seq));
    }
    record.state.ready = true;
    bus.publish(block(5));
    bus.publish(block(6));
    expect(record.taken).toEqual([0, 1, 2, 6]);
    expect(record.state.lost).toBe(3);
  });

  it('never lets one consumer delay another', () => {
    const bus = createBus();
    const slow = subscribe(bus, 'oldestFirst');
    const fast = subscribe(bus, 'oldestFirst');
    slow.state.ready = false;
    bus.publish(block(0));
    bus.publish(block(1));
    expect(fast.taken).toEqual([0, 1]);
    slow.consumer.close();
    bus.publish(block(2));
    expect(slow.taken).toEqual([]);
    expect(fast.taken).toEqual([0, 1, 2]);
  });

  it('gives a long backlog out in many short turns, in order, and nothing of it twice', () => {
    const turns = createTurns();
    const bus = createBus(turns.next);
    const taken: number[] = [];
    let ready = false;
    let mostInATurn = 0;
    const consumer = bus.subscribe({
      limitBlocks: 500_000,
      policy: 'refuseNewest',
      itemsPerTurn: 500,
      onLost: () => {
        throw new Error('lost');
      },
      take: (item) => {
        if (ready && item.kind === 'block') {
          taken.push(item.name.seq);
        }
        return ready;
      },
    });
    const total = 300_000;
    for (let seq = 0; seq < total; seq++) {
      bus.publish(block(seq));
    }
    expect(consumer.queuedBlocks()).toBe(total);
    ready = true;
    const inOneTurn = (act: () => void): void => {
      const before = taken.length;
      act();
      mostInATurn = Math.max(mostInATurn, taken.length - before);
    };
    inOneTurn(() => consumer.pump());
    // Blocks go on coming: they wait behind the backlog instead of pushing it on.
    inOneTurn(() => bus.publish(block(total)));
    inOneTurn(() => bus.publish(block(total + 1)));
    expect(turns.runAll()).toBe(total / 500);
    expect(mostInATurn).toBe(500);
    expect(consumer.isEmpty()).toBe(true);
    expect(taken.length).toBe(total + 2);
    expect(taken.every((seq, index) => seq === index)).toBe(true);
  });

  it('lets a consumer that left take what it had, and nothing new', () => {
    const bus = createBus();
    const record = subscribe(bus, 'refuseNewest');
    record.state.ready = false;
    bus.publish(block(0));
    record.consumer.leave();
    bus.publish(block(1));
    record.state.ready = true;
    record.consumer.pump();
    expect(record.taken).toEqual([0]);
  });

  it('gives held values to a view, and never to a record that begins later', () => {
    const bus = createBus();
    bus.publish({ kind: 'measurement', measurement: SPO2 });
    const seen = { view: 0, record: 0 };
    const listen = (who: keyof typeof seen, asks: Pick<ConsumerOptions, 'heldValues'>): void => {
      bus.subscribe({
        ...asks,
        limitBlocks: 1,
        policy: 'oldestFirst',
        onLost: () => undefined,
        take: (item) => {
          seen[who] += item.kind === 'measurement' ? 1 : 0;
          return true;
        },
      });
    };
    listen('view', { heldValues: true });
    listen('record', {});
    expect(seen).toEqual({ view: 1, record: 0 });
    bus.publish({ kind: 'measurement', measurement: SPO2 });
    expect(seen).toEqual({ view: 2, record: 1 });
  });
});
