import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemTime } from './_sdk/time.ts';
import { exportCsv } from './cliSupport.ts';
import { createBus } from './host/bus.ts';
import { openRecording } from './host/recorder/openRecording.ts';
import { startRecorder } from './host/recorder/recorder.ts';
import { createStream } from './host/stream.ts';

const IDENTITY = {
  adapterId: 'a',
  adapterVersion: '1',
  manufacturer: 'm',
  model: 'm',
  serialNumber: null,
  firmware: null,
};
/** Full scale of 24 bits. */
const SOUND_SCALE = 2 ** -23;

it('exports streams that were recorded in turns as one table each, with all their digits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chariot-csv-'));
  const file = join(folder, 'a.chariot');
  const bus = createBus();
  const recorder = startRecorder({
    file,
    recordingId: 'r',
    bus,
    time: systemTime,
    open: openRecording,
    after: Promise.resolve(),
    onOpened: () => undefined,
    onTrouble: () => undefined,
  });
  const streams = ['sound', 'pleth'].map((name, streamId) =>
    createStream({
      spec: {
        name,
        kind: 'other',
        rateHz: 100,
        channels: [{ code: 0, name, unit: 'count' }],
        leads: [],
      },
      deviceId: 'd',
      streamId,
      time: systemTime,
      publish: (item) => bus.publish(item),
      calibration: () => ({ state: 'none', dueDate: null }),
      carried: null,
      firstEpoch: 0,
    }),
  );
  for (const stream of streams) {
    stream.beginEpoch(IDENTITY);
  }
  for (const value of [1, 2]) {
    streams.forEach((stream, place) => {
      stream.accept({
        stream: place,
        count: 1,
        samples: Int32Array.of(value),
        missingBefore: 0,
        readAtNs: BigInt(value),
        channelFlags: Uint8Array.of(0),
        scales: Float64Array.of(place === 0 ? SOUND_SCALE : 1),
        testSignal: false,
      });
    });
  }
  expect((await recorder.close()).ok).toBe(true);
  const lines: string[] = [];
  const written = await exportCsv(
    file,
    (line) => lines.push(line),
    async () => undefined,
  );
  expect(written).toEqual({ ok: true, value: { lines: 4 } });
  expect(lines).toEqual([
    'stream,epoch,sample,deviceTimeMs,sound_count,flags',
    '0,0,0,0.000,0.0000001,0',
    '0,0,1,10.000,0.0000002,0',
    'stream,epoch,sample,deviceTimeMs,pleth_count,flags',
    '1,0,0,0.000,1.000,0',
    '1,0,1,10.000,2.000,0',
  ]);
  await rm(folder, { recursive: true });
});
