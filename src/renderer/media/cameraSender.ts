import type { types } from 'mediasoup-client';
import type { MediaSource } from '../../contracts/signalling.ts';
import type { Room } from './room.ts';
import { guarded } from './transports.ts';

export type CameraSender = {
  /** Sends these tracks from now on; null: nothing. The tracks stay their owner's. */
  readonly setMedia: (media: MediaStream | null) => void;
};

/** Enough for 720p of a bedside scene in VP8; the browser goes below it on a poor link. */
const VIDEO_BITS_PER_SECOND = 1_200_000;
const VIDEO_START_KBITS = 600;

/** Keeps what is sent equal to what was set last. A track that cannot be sent is left out. */
export function createCameraSender(room: Room, transport: types.Transport): CameraSender {
  const producers = new Map<MediaSource, types.Producer>();
  let wanted: MediaStream | null = null;
  let turn: Promise<void> = Promise.resolve();

  function trackOf(source: MediaSource): MediaStreamTrack | null {
    const tracks = source === 'camera' ? wanted?.getVideoTracks() : wanted?.getAudioTracks();
    return tracks?.find(({ readyState }) => readyState === 'live') ?? null;
  }

  async function stop(source: MediaSource, producer: types.Producer): Promise<void> {
    producers.delete(source);
    producer.close();
    await room.calls.closeProducer({ producerId: producer.id });
  }

  async function adjust(source: MediaSource): Promise<void> {
    const track = trackOf(source);
    const producer = producers.get(source);
    if (producer !== undefined && track === null) {
      await stop(source, producer);
    } else if (producer !== undefined && producer.track !== track) {
      await guarded(() => producer.replaceTrack({ track }));
    } else if (producer === undefined && track !== null) {
      await start(source, track);
    }
  }

  async function start(source: MediaSource, track: MediaStreamTrack): Promise<void> {
    const produced = await guarded(() => transport.produce(optionsFor(room, source, track)));
    if (!produced.ok) {
      return;
    }
    const producer = produced.value;
    producers.set(source, producer);
    // An unplugged camera must not stay on the physician's screen as a frozen picture.
    producer.on('trackended', schedule);
  }

  function schedule(): void {
    turn = turn.then(async () => {
      if (!room.isOver()) {
        await adjust('camera');
        await adjust('microphone');
      }
    });
  }

  return {
    setMedia: (media) => {
      wanted = media;
      schedule();
    },
  };
}

function optionsFor(
  room: Room,
  source: MediaSource,
  track: MediaStreamTrack,
): types.ProducerOptions {
  const common = { track, stopTracks: false, disableTrackOnPause: false, appData: { source } };
  if (source === 'microphone') {
    return { ...common, codecOptions: { opusDtx: true, opusFec: true } };
  }
  const vp8 = room.device.sendRtpCapabilities.codecs?.find(
    ({ mimeType }) => mimeType.toLowerCase() === 'video/vp8',
  );
  return {
    ...common,
    ...(vp8 === undefined ? {} : { codec: vp8 }),
    encodings: [{ maxBitrate: VIDEO_BITS_PER_SECOND }],
    codecOptions: { videoGoogleStartBitrate: VIDEO_START_KBITS },
  };
}
