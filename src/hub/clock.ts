/** `wall` labels and expires (Unix ms); `monotonic` measures durations (ms, any origin). */
export type Clock = { readonly wall: () => number; readonly monotonic: () => number };

export const SYSTEM_CLOCK: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };
