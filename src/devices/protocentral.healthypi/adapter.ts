import type { DeviceIdentity } from '../../contracts/devices.ts';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { AdapterDeps, AdapterModule, SampleSink, SampleSource } from '../_sdk/adapter.ts';
import { hear } from '../_sdk/hearing.ts';
import { createLiveSource } from '../_sdk/liveSource.ts';
import type { Transport } from '../_sdk/transport.ts';
import { createV6Decoder } from './blockDecoder.ts';
import { createBlockParser } from './dblk.ts';
import {
  ECG_SCALE,
  HEALTHYPI_MANIFEST,
  MODELS,
  V6_STREAMS,
  type Variant,
  v4Streams,
  v5Streams,
} from './manifest.ts';
import { createFrameParser, V4_PAYLOAD_BYTES, V5_PAYLOAD_BYTES } from './openView.ts';
import { createV4Decoder, createV5Decoder } from './openViewDecoder.ts';
import { createHealthypiTrace } from './trace.ts';

/** The slowest speaks every 8 ms; v4 says a few lines of text after its port was opened. */
const LISTEN_MS = 1_500;
/** Without a checksum one frame is not enough to know a device by. */
const FRAMES_TO_BELIEVE = 4;

/** Which of the three formats is being spoken; null: none yet. */
export function createRecogniser(): (bytes: Uint8Array) => Variant | null {
  let heard: Variant | null = null;
  const ignore = (): void => undefined;
  const count = (variant: Variant, enough: number): (() => void) => {
    let seen = 0;
    return () => {
      seen++;
      if (seen >= enough) {
        heard ??= variant;
      }
    };
  };
  const parsers = [
    createFrameParser(V4_PAYLOAD_BYTES, count('v4', FRAMES_TO_BELIEVE), ignore, ignore),
    createFrameParser(V5_PAYLOAD_BYTES, count('v5', FRAMES_TO_BELIEVE), ignore, ignore),
    createBlockParser(count('v6', 1), ignore),
  ];
  return (bytes) => {
    for (const parser of parsers) {
      parser.push(bytes);
    }
    return heard;
  };
}

async function probe(
  transport: Transport,
  { time }: Pick<AdapterDeps, 'time'>,
): Promise<Result<DeviceIdentity>> {
  const recognise = createRecogniser();
  let variant: Variant | null = null;
  const { bytes } = await hear(transport, time, LISTEN_MS, (chunk) => {
    variant = recognise(chunk);
    return variant !== null;
  });
  if (variant === null) {
    return failed('DEVICE_NO_ANSWER', { bytes });
  }
  const { adapterId, adapterVersion, manufacturer } = HEALTHYPI_MANIFEST;
  const model = MODELS[variant];
  return ok({
    adapterId,
    adapterVersion,
    manufacturer,
    model,
    serialNumber: null,
    firmware: null,
  });
}

function open(
  transport: Transport,
  identity: DeviceIdentity,
  sink: SampleSink,
  { calibration }: Pick<AdapterDeps, 'calibration'>,
): SampleSource {
  if (identity.model === MODELS.v6) {
    return createLiveSource({ transport, streams: V6_STREAMS, decoder: createV6Decoder(sink) });
  }
  const ecgScale = calibration(identity)?.scales[ECG_SCALE] ?? null;
  const isV5 = identity.model === MODELS.v5;
  const streamsOf = isV5 ? v5Streams : v4Streams;
  const createDecoder = isV5 ? createV5Decoder : createV4Decoder;
  const decoder = createDecoder({ sink, ecgScale });
  return createLiveSource({ transport, streams: streamsOf(ecgScale !== null), decoder });
}

export const healthypiAdapter: AdapterModule = {
  manifest: HEALTHYPI_MANIFEST,
  probe,
  open,
  readTrace: createHealthypiTrace,
};
