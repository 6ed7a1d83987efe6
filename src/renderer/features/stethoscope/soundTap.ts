/** A piece of sound as the capture gave it: no mixing, no resampling. */
export type SoundPiece = {
  /** First channel: a stethoscope has one; a driver that makes two of it repeats it. */
  readonly samples: Float32Array;
  readonly rateHz: number;
  readonly channels: number;
  /** Capture time of the first sample, microseconds of a clock of its own. */
  readonly timeUs: number;
};

export type OpenSoundTap = (
  track: MediaStreamTrack,
  onPiece: (piece: SoundPiece) => void,
) => () => void;

/** W3C MediaStreamTrack Insertable Media Processing; on Chromium also for sound, in windows. */
type TrackProcessor = { readonly readable: ReadableStream<AudioData> };
type TrackProcessorClass = new (init: {
  track: MediaStreamTrack;
  maxBufferSize: number;
}) => TrackProcessor;

/** Two seconds of pieces of 10 ms: a page that is busy for that long loses nothing. */
const BUFFERED_PIECES = 200;

/**
 * Reads a track piece by piece. Not through an AudioContext: that runs on the clock of the output and
 * silently drops or invents samples where the microphone's clock differs.
 *
 * @returns stops reading; the track stays.
 */
export const openSoundTap: OpenSoundTap = (track, onPiece) => {
  const { MediaStreamTrackProcessor } = globalThis as unknown as {
    MediaStreamTrackProcessor: TrackProcessorClass;
  };
  const processor = new MediaStreamTrackProcessor({ track, maxBufferSize: BUFFERED_PIECES });
  const reader = processor.readable.getReader();
  let open = true;

  async function read(): Promise<void> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      if (open) {
        onPiece(pieceOf(value));
      }
      value.close();
    }
  }

  void read();
  return () => {
    open = false;
    void reader.cancel();
  };
};

function pieceOf(data: AudioData): SoundPiece {
  const samples = new Float32Array(data.numberOfFrames);
  data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
  const { sampleRate: rateHz, numberOfChannels: channels, timestamp: timeUs } = data;
  return { samples, rateHz, channels, timeUs };
}
