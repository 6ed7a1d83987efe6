import type { ReceiverReport } from '../../contracts/live.ts';
import type { LinkFigures, VideoFigures } from './callState.ts';
import type { CopyFigures } from './physicianCopy.ts';

export function linkFigures(
  copy: CopyFigures,
  reconnects: number,
  clockUncertaintyMs: number | null,
): LinkFigures {
  return {
    delayMs: copy.delayMs,
    samplesReceived: copy.samples,
    samplesMissing: copy.missingSamples,
    samplesLost: copy.lostSamples,
    samplesLate: copy.lateSamples,
    duplicates: copy.duplicates,
    reconnects,
    lastResumeMs: copy.lastResumeMs,
    backfilledSamples: copy.backfilledSamples,
    bytesReceived: copy.bytesReceived,
    clockUncertaintyMs,
  };
}

/** What the nurse is told of what the physician sees. */
export function reportOf(copy: CopyFigures, video: VideoFigures | null): ReceiverReport {
  return {
    kind: 'report',
    samplesReceived: copy.samples,
    samplesMissing: copy.missingSamples,
    samplesLate: copy.lateSamples,
    delayMsP50: copy.delayMs?.p50 ?? null,
    videoFps: video?.fps ?? null,
    videoWidth: video?.width ?? null,
    videoHeight: video?.height ?? null,
  };
}
