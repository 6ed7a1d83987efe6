import { describe, expect, it } from 'vitest';
import type { StreamDescriptor } from '../../contracts/devices.ts';
import type { SampleBlock } from '../../contracts/sampleBlock.ts';
import { createDescriptorGate } from './descriptorGate.ts';

function gated(seq: number, epoch = 0, receivedAtMs = 0) {
  const block: SampleBlock = {
    streamId: 1,
    epoch,
    seq,
    flags: 0,
    firstSample: seq,
    deviceTimeMs: 0,
    hostTimeNs: 0n,
    rateHz: 250,
    samplesPerChannel: 0,
    channels: [],
    samples: new Int32Array(),
  };
  return { block, receivedAtMs };
}

function descriptorOf(epoch: number): StreamDescriptor {
  return {
    streamId: 1,
    epoch,
    deviceId: 'd',
    identity: {
      adapterId: 'a',
      adapterVersion: '1',
      manufacturer: 'm',
      model: 'm',
      serialNumber: null,
      firmware: null,
    },
    kind: 'ecg',
    name: 'ecg',
    origin: 'live',
    recordedAt: null,
    rateHz: 250,
    channels: [],
    leads: [],
    calibration: { state: 'none', dueDate: null },
    startedAt: '2026-01-01T00:00:00Z',
  };
}

function openGate() {
  const through: [number, number, number | null][] = [];
  const gate = createDescriptorGate(({ block }, descriptor) =>
    through.push([block.epoch, block.seq, descriptor?.epoch ?? null]),
  );
  return { gate, through };
}

describe('the descriptor gate', () => {
  it('lets blocks through in order once their epoch is described', () => {
    const { gate, through } = openGate();
    gate.offer(gated(0));
    gate.offer(gated(1));
    expect(through).toEqual([]);
    gate.describe(descriptorOf(0));
    gate.offer(gated(2));
    gate.offer(gated(0, 1));
    expect(through).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
    ]);
    gate.describe(descriptorOf(1));
    expect(through.at(-1)).toEqual([1, 0, 1]);
  });

  it('asks for the description again on a new connection', () => {
    const { gate, through } = openGate();
    gate.describe(descriptorOf(0));
    gate.reset();
    gate.offer(gated(0));
    expect(through).toEqual([]);
    gate.describe(descriptorOf(0));
    expect(through).toEqual([[0, 0, 0]]);
  });

  it('does not hold for ever, nor without bound', () => {
    const { gate, through } = openGate();
    gate.offer(gated(0, 0, 1000));
    gate.offer(gated(1, 0, 2000));
    gate.sweep(3000);
    expect(through).toEqual([[0, 0, null]]);
    for (let seq = 2; seq < 1100; seq++) {
      gate.offer(gated(seq, 0, 2000));
    }
    expect(through.length).toBe(1100 - 1024);
  });
});
