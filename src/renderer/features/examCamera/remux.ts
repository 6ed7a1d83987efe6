import {
  BlobSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputVideoTrack,
  Output,
  WEBM,
  WebMOutputFormat,
} from 'mediabunny';

export type Remuxed = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly durationMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

const MS = 1000;

/**
 * MediaRecorder writes a stream: no length, and no index to seek by. The same packets in a finished
 * file have both; nothing is decoded, nothing is pressed again.
 *
 * @returns null: these bytes hold no picture, or a codec that WebM cannot hold.
 */
export async function remux(recorded: Blob): Promise<Remuxed | null> {
  const input = new Input({ formats: [WEBM], source: new BlobSource(recorded) });
  try {
    const track = (await input.canRead()) ? await input.getPrimaryVideoTrack() : null;
    return track === null ? null : await copyTrack(track);
  } finally {
    input.dispose();
  }
}

async function copyTrack(track: InputVideoTrack): Promise<Remuxed | null> {
  const codec = await track.getCodec();
  const decoderConfig = await track.getDecoderConfig();
  if (codec === null || decoderConfig === null) {
    return null;
  }
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source);
  await output.start();
  let endS = 0;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, { decoderConfig });
    endS = Math.max(endS, packet.timestamp + packet.duration);
  }
  await output.finalize();
  const [widthPx, heightPx] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
  return target.buffer === null || endS <= 0
    ? null
    : { bytes: new Uint8Array(target.buffer), durationMs: endS * MS, widthPx, heightPx };
}
