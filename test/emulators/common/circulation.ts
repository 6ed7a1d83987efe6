/**
 * A generated person for devices that measure more than an ECG: pulse wave, breathing and values that
 * wander a little, as functions of time, so that any instant can be asked twice. Amplitudes and
 * rhythms are our own, chosen for an ordinary adult at rest.
 */
export type Vitals = {
  readonly heartRateBpm: number;
  readonly spo2Percent: number;
  readonly respirationBpm: number;
  readonly temperatureC: number;
  /** Perfusion index, per cent. */
  readonly perfusionPercent: number;
};

export type Circulation = {
  readonly vitals: (tSeconds: number) => Vitals;
  /** 0 at the foot of the wave, 1 at its top. */
  readonly pleth: (tSeconds: number) => number;
  /** -1 breathed out, 1 breathed in. */
  readonly respiration: (tSeconds: number) => number;
  /** Beats completed up to then; the pulse wave rises where the integer part grows. */
  readonly beats: (tSeconds: number) => number;
};

const RATE_SWING_BPM = 3;
const RATE_PERIOD_S = 37;
const TAU = 2 * Math.PI;

function gaussian(x: number, centre: number, width: number): number {
  return Math.exp(-0.5 * ((x - centre) / width) ** 2);
}

/** One pulse wave: systolic peak, dicrotic wave; the foot is at phase 0. */
function pulseWave(phase: number): number {
  return Math.min(1, gaussian(phase, 0.22, 0.085) + 0.42 * gaussian(phase, 0.5, 0.12));
}

export function createCirculation(base: Partial<Vitals> = {}): Circulation {
  const heart = base.heartRateBpm ?? 72;
  const spo2 = base.spo2Percent ?? 97;
  const breaths = base.respirationBpm ?? 16;
  const swing = (t: number, periodS: number): number => Math.sin((TAU * t) / periodS);
  const beats = (t: number): number => {
    const turn = (TAU * t) / RATE_PERIOD_S;
    const swung = (RATE_SWING_BPM * RATE_PERIOD_S * (1 - Math.cos(turn))) / TAU;
    return (heart * t + swung) / 60;
  };
  return {
    vitals: (t) => ({
      heartRateBpm: heart + RATE_SWING_BPM * swing(t, RATE_PERIOD_S),
      spo2Percent: spo2 + 0.8 * swing(t, 53),
      respirationBpm: breaths + swing(t, 71),
      temperatureC: (base.temperatureC ?? 36.6) + 0.05 * swing(t, 97),
      perfusionPercent: (base.perfusionPercent ?? 3.5) + 0.4 * swing(t, 41),
    }),
    beats,
    pleth: (t) => pulseWave(beats(t) - Math.floor(beats(t))),
    respiration: (t) => Math.sin((TAU * breaths * t) / 60),
  };
}
