/**
 * Processor time that this thread has used, ms. For tests of what a parser costs: other work of the
 * machine is none of the parser's, and would be counted by a clock.
 */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The least of a few runs: a first one is compiled while it runs. */
export function leastCpuMs(work: (run: number) => void, runs = 5): number {
  const times = Array.from({ length: runs }, (_, run) => {
    const before = cpuMs();
    work(run);
    return cpuMs() - before;
  });
  return Math.min(...times);
}
