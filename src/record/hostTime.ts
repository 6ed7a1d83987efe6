/** Host's monotonic clock as people and excerpts use it. */
export function nsToMs(ns: bigint): number {
  return Number(ns) / 1e6;
}
