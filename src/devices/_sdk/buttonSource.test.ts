import { expect, it } from 'vitest';
import { createMemoryPair } from '../_transport/memory.ts';
import { createButtonSource } from './buttonSource.ts';
import { createRecordingSink } from './recordingSink.ts';
import { systemTime } from './time.ts';

it('takes no picture for a press of before it was started, or while it was stopped', async () => {
  const { transport, device } = createMemoryPair(systemTime.nowNs);
  const sink = createRecordingSink();
  const source = createButtonSource({
    transport,
    sink,
    time: { ...systemTime, after: () => () => undefined },
    read: (packet, told) => told.edge(packet[0] === 1),
  });
  device.send(Uint8Array.of(1));
  await source.start();
  expect(sink.events).toEqual([]);
  await source.stop();
  device.send(Uint8Array.of(1));
  await source.start();
  expect(sink.events).toEqual([]);
  device.send(Uint8Array.of(1));
  expect(sink.events).toEqual([{ code: 'buttonPressed' }]);
  source.end();
});
