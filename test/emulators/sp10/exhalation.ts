/** A forced expiration: flow rises in a straight line to its peak and then decays. */
export type Exhalation = {
  /** L/s. */
  readonly peakFlow: number;
  readonly riseSeconds: number;
  readonly decaySeconds: number;
  readonly endSeconds: number;
};

export type CurvePoint = {
  readonly seconds: number;
  /** L/s. */
  readonly flow: number;
  /** L. */
  readonly volume: number;
};

const CURVE_STEP_S = 0.02;

function flowAt({ peakFlow, riseSeconds, decaySeconds }: Exhalation, t: number): number {
  if (t < riseSeconds) return (peakFlow * t) / riseSeconds;
  return peakFlow * Math.exp(-(t - riseSeconds) / decaySeconds);
}

export function volumeAt(effort: Exhalation, t: number): number {
  const { peakFlow, riseSeconds, decaySeconds } = effort;
  if (t < riseSeconds) return (peakFlow * t * t) / (2 * riseSeconds);
  const decayed = decaySeconds * (1 - Math.exp(-(t - riseSeconds) / decaySeconds));
  return peakFlow * (riseSeconds / 2 + decayed);
}

/** When the volume has left, in seconds; beyond the peak. */
function timeOfVolume(effort: Exhalation, volume: number): number {
  const { peakFlow, riseSeconds, decaySeconds } = effort;
  const left = (volume / peakFlow - riseSeconds / 2) / decaySeconds;
  return riseSeconds - decaySeconds * Math.log(1 - left);
}

export function curveOf(effort: Exhalation): CurvePoint[] {
  const count = Math.round(effort.endSeconds / CURVE_STEP_S) + 1;
  return Array.from({ length: count }, (_, n) => {
    const seconds = n * CURVE_STEP_S;
    return { seconds, flow: flowAt(effort, seconds), volume: volumeAt(effort, seconds) };
  });
}

/** The indices of an effort, computed from the curve itself: L, L/s, per cent, seconds. */
export function indicesOf(effort: Exhalation) {
  const fvc = volumeAt(effort, effort.endSeconds);
  const at = (share: number): number => timeOfVolume(effort, share * fvc);
  const fev1 = volumeAt(effort, 1);
  return {
    fvc,
    fev05: volumeAt(effort, 0.5),
    fev1,
    ratioPercent: (100 * fev1) / fvc,
    fev3: volumeAt(effort, Math.min(3, effort.endSeconds)),
    fev6: volumeAt(effort, Math.min(6, effort.endSeconds)),
    pef: effort.peakFlow,
    fef25: flowAt(effort, at(0.25)),
    fef50: flowAt(effort, at(0.5)),
    fef75: flowAt(effort, at(0.75)),
    fef2575: (fvc * 0.5) / (at(0.75) - at(0.25)),
    peakSeconds: effort.riseSeconds,
  };
}

export type SpirometryIndices = ReturnType<typeof indicesOf>;
