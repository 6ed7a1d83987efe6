import type { VideoFigures } from './callState.ts';

type Reading = Omit<VideoFigures, 'fps'>;

/** Follows the one video that is received, over all its connections. */
export type VideoMeter = {
  /** @param report of a consumer; null: no video is received now. */
  readonly read: (report: RTCStatsReport | null, nowMs: number) => void;
  readonly figures: () => VideoFigures | null;
};

export function createVideoMeter(): VideoMeter {
  /** Of connections that are gone: frames and bytes only ever count up. */
  let before = { framesDecoded: 0, bytes: 0 };
  let last: { readonly reading: Reading; readonly atMs: number } | null = null;
  let figures: VideoFigures | null = null;

  function leave(): void {
    if (last !== null) {
      before = {
        framesDecoded: before.framesDecoded + last.reading.framesDecoded,
        bytes: before.bytes + last.reading.bytes,
      };
      last = null;
    }
  }

  return {
    read: (report, nowMs) => {
      const reading = report === null ? null : readVideo(report);
      if (reading === null) {
        leave();
        figures = figures === null ? null : { ...figures, fps: 0 };
        return;
      }
      if (last !== null && reading.framesDecoded < last.reading.framesDecoded) {
        leave();
      }
      const seconds = last === null ? 0 : (nowMs - last.atMs) / 1000;
      const frames = reading.framesDecoded - (last?.reading.framesDecoded ?? 0);
      figures = {
        ...reading,
        framesDecoded: before.framesDecoded + reading.framesDecoded,
        bytes: before.bytes + reading.bytes,
        fps: seconds > 0 ? Math.round((frames / seconds) * 10) / 10 : 0,
      };
      last = { reading, atMs: nowMs };
    },
    figures: () => figures,
  };
}

function readVideo(report: RTCStatsReport): Reading | null {
  let found: Reading | null = null;
  report.forEach((entry: Readonly<Record<string, unknown>>) => {
    if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'video') {
      found = {
        framesDecoded: numberOf(entry['framesDecoded']),
        width: numberOf(entry['frameWidth']),
        height: numberOf(entry['frameHeight']),
        bytes: numberOf(entry['bytesReceived']),
      };
    }
  });
  return found;
}

/** A statistic that does not exist yet is left out by the browser. */
function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
