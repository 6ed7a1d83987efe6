import { readdirSync, readFileSync } from 'node:fs';

export type ProcessUse = { name: string; cpuPercent: number; rssMb: number };

type Sample = { readonly ticks: number; readonly parent: number; readonly rssKb: number };

const TICKS_PER_SECOND = 100;
const STAT_PARENT = 1;
const STAT_UTIME = 11;
const STAT_STIME = 12;

function readProcess(pid: number): Sample | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return {
      ticks: Number(fields[STAT_UTIME]) + Number(fields[STAT_STIME]),
      parent: Number(fields[STAT_PARENT]),
      rssKb: Number(rss?.[1] ?? 0),
    };
  } catch {
    return null;
  }
}

function readTree(root: number): Map<number, Sample> {
  const all = new Map<number, Sample>();
  for (const name of readdirSync('/proc')) {
    const sample = /^\d+$/.test(name) ? readProcess(Number(name)) : null;
    if (sample !== null) {
      all.set(Number(name), sample);
    }
  }
  const tree = new Map<number, Sample>();
  const belongs = (pid: number): boolean => {
    for (let at = pid; all.has(at); at = all.get(at)?.parent ?? 0) {
      if (at === root) {
        return true;
      }
    }
    return false;
  };
  for (const [pid, sample] of all) {
    if (belongs(pid)) {
      tree.set(pid, sample);
    }
  }
  return tree;
}

/** Programs of ours, found in a command line; the first that matches names the process. */
const PROGRAMS: ReadonlyArray<readonly [string, string]> = [
  ['mediasoup-worker', 'hub: mediasoup-worker'],
  ['test/emulators/main', 'emulator'],
  ['test/support/linkProxy', 'link'],
  ['socat', 'emulator: socat'],
  ['Xvfb', 'screen'],
];

/**
 * @param family who started it: `cart` or `physician`.
 * @returns what a process is for, from Chromium's own switches or from its program.
 */
export function describeProcess(words: string, family: string): string {
  const program = PROGRAMS.find(([part]) => words.includes(part));
  if (program !== undefined) {
    return program[1];
  }
  const type = /--type=([\w-]+)/.exec(words)?.[1] ?? 'main';
  const service = /--utility-sub-type=([\w.]+)/.exec(words)?.[1]?.split('.')[0];
  return service === undefined ? `${family}: ${type}` : `${family}: ${type} (${service})`;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/**
 * CPU time that the descendants of this process whose command line holds `part` have used, ms (Linux).
 * A browser's renderers are such: what a frame costs is more than its script.
 */
export function cpuMsOf(part: string): number {
  let ticks = 0;
  for (const [pid, sample] of readTree(process.pid)) {
    if (commandLine(pid).includes(part)) {
      ticks += sample.ticks;
    }
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** Processes of one name count together: nobody cares which of two zygotes it was. */
function addUp(uses: readonly ProcessUse[]): ProcessUse[] {
  const sums = new Map<string, ProcessUse>();
  for (const use of uses) {
    const sum = sums.get(use.name) ?? { name: use.name, cpuPercent: 0, rssMb: 0 };
    sum.cpuPercent = Math.round(10 * (sum.cpuPercent + use.cpuPercent)) / 10;
    sum.rssMb += use.rssMb;
    sums.set(use.name, sum);
  }
  return [...sums.values()].toSorted((a, b) => b.cpuPercent - a.cpuPercent);
}

/**
 * Measures CPU and memory of everything that this process started, from the kernel's counters
 * (Linux). Elsewhere it measures nothing and says so by an empty list.
 *
 * @param families substring of a command line -> who started such a process.
 * @param names processes known by their id.
 */
export function measureProcesses(
  families: ReadonlyMap<string, string>,
  names: ReadonlyMap<number, string>,
): { stop(): ProcessUse[] } {
  if (process.platform !== 'linux') {
    return { stop: () => [] };
  }
  const startedAt = performance.now();
  const before = readTree(process.pid);
  return {
    stop: () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const uses = [...readTree(process.pid)].map(([pid, sample]) => {
        const ticks = sample.ticks - (before.get(pid)?.ticks ?? 0);
        return {
          name: names.get(pid) ?? nameOf(pid, families),
          cpuPercent: Math.round((1000 * ticks) / TICKS_PER_SECOND / seconds) / 10,
          rssMb: Math.round(sample.rssKb / 1024),
        };
      });
      return addUp(uses);
    },
  };
}

function nameOf(pid: number, families: ReadonlyMap<string, string>): string {
  if (pid === process.pid) {
    return 'demonstration';
  }
  const words = commandLine(pid);
  const family = [...families].find(([part]) => words.startsWith(part))?.[1] ?? 'other';
  return describeProcess(words, family);
}
