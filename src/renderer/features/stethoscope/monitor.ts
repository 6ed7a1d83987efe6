import { type AudioBand, bandSections } from '../../../signal/audioBands.ts';

/** What the headphones give: a band of the sound. The record does not pass through here. */
export type Monitor = {
  readonly setBand: (band: AudioBand) => void;
  readonly close: () => void;
};

export type OpenMonitor = (stream: MediaStream, rateHz: number, band: AudioBand) => Monitor;

export const openMonitor: OpenMonitor = (stream, rateHz, band) => {
  const context = new AudioContext({ sampleRate: rateHz, latencyHint: 'interactive' });
  const source = context.createMediaStreamSource(stream);
  let filters: AudioNode[] = [];

  function setBand(next: AudioBand): void {
    source.disconnect();
    for (const filter of filters) {
      filter.disconnect();
    }
    filters = bandSections(next, rateHz).map(
      ({ b, a }) => new IIRFilterNode(context, { feedforward: [...b], feedback: [...a] }),
    );
    let last: AudioNode = source;
    for (const filter of filters) {
      last = last.connect(filter);
    }
    last.connect(context.destination);
  }

  setBand(band);
  return {
    setBand,
    close: () => {
      source.disconnect();
      void context.close();
    },
  };
};
