/** One second of a stored session; zeros while no finger was in the clip. */
export type StoredPoint = {
  readonly spo2: number;
  readonly heartRate: number;
  /** Hundredths of a per cent; only devices that measure it keep it. */
  readonly perfusion: number;
};

const EMPTY: StoredPoint = { spo2: 0, heartRate: 0, perfusion: 0 };
/** A session begins before the finger is in. */
const EMPTY_SECONDS = 5;

/** A session whose every second tells its own number; pulse rates pass 127 and so need 8 bits. */
function session(seconds: number, spo2: number, firstRate: number): readonly StoredPoint[] {
  return Array.from({ length: seconds }, (_, n): StoredPoint => {
    if (n < EMPTY_SECONDS) return EMPTY;
    return {
      spo2: spo2 - (n % 5),
      heartRate: firstRate + ((n * 7) % 80),
      perfusion: 300 + n,
    };
  });
}

/** The first has 150 s, the second 121; only the first is in a device that keeps one. */
export const STORED_SESSIONS: readonly (readonly StoredPoint[])[] = [
  session(150, 99, 60),
  session(121, 95, 55),
];
