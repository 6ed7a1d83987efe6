import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink, SampleSource } from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { createLiveSource } from '../_sdk/liveSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createNoninDecoder } from './decoder.ts';
import { NONIN_MANIFEST, NONIN_STREAMS } from './manifest.ts';
import { createPackets } from './packets.ts';
import { createFrameParser, FLOAT, FRAMES_PER_PACKET } from './protocol.ts';
import { createNoninTrace } from './trace.ts';

/** A packet lasts a third of a second, and it takes two beginnings to see a whole one. */
const LISTEN_MS = 1_500;

async function probe(
  transport: Transport,
  { time }: Pick<AdapterDeps, 'time'>,
): Promise<Result<DeviceIdentity>> {
  const packets = createPackets();
  let frames = 0;
  let revision: number | null = null;
  const parser = createFrameParser(
    (status, _pleth, float) => {
      frames++;
      const whole = packets.frame(status, float);
      revision = whole?.[FLOAT.revision] ?? revision;
    },
    packets.disturb,
    () => undefined,
  );
  const { bytes } = await hear(transport, time, LISTEN_MS, (chunk) => {
    parser.push(chunk);
    return revision !== null;
  });
  // On a bad line no packet may be whole; a packet's worth of right checksums is proof enough.
  return frames >= FRAMES_PER_PACKET
    ? ok(identity(revision))
    : failed('DEVICE_NO_ANSWER', { bytes });
}

function identity(revision: number | null): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer, model } = NONIN_MANIFEST;
  const firmware = revision === null ? null : String(revision);
  return { adapterId, adapterVersion, manufacturer, model, serialNumber: null, firmware };
}

function open(transport: Transport, _identity: DeviceIdentity, sink: SampleSink): SampleSource {
  const decoder = createNoninDecoder(sink);
  return createLiveSource({ transport, streams: NONIN_STREAMS, decoder });
}

export const noninAdapter: AdapterModule = {
  manifest: NONIN_MANIFEST,
  probe,
  open,
  readTrace: createNoninTrace,
};
