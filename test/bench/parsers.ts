import type { FuzzTarget } from '../../src/devices/_sdk/fuzzTarget.ts';
import { findTargets } from '../fuzz/targets.ts';
import { median, type Row, row } from './rows.ts';

const CHUNK_BYTES = 4096;
const FRAMES = 100_000;
/** Messages of an association, a checksum in hexadecimal, a stored record: one by one, no stream. */
const MESSAGES = new Set(['ieee11073.phdc', 'ascensia.contour-next']);
/** Files, and packets of a window that hold some hundred samples each. */
const NOT_STREAMED = /^(file\.import|usb\.stethoscope)/;
const FRAMES_GOAL = 200_000;
const MESSAGES_GOAL = 20_000;

/** The target's own valid sequences, one after the other, until there are enough frames. */
function input(target: FuzzTarget): { pieces: Uint8Array[]; frames: number } {
  const seeds = target.seeds();
  const probe = target.create();
  for (const seed of seeds) {
    probe.push(seed);
  }
  const each = Math.max(1, probe.accepted());
  const rounds = Math.ceil(FRAMES / each);
  const all = Array.from({ length: rounds }, () => seeds).flat();
  if (target.packets === true) {
    return { pieces: all, frames: rounds * each };
  }
  const joined = Buffer.concat(all);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < joined.length; at += CHUNK_BYTES) {
    pieces.push(joined.subarray(at, at + CHUNK_BYTES));
  }
  return { pieces, frames: rounds * each };
}

function framesPerSecond(target: FuzzTarget): { perSecond: number; share: number } {
  const { pieces, frames } = input(target);
  const parser = target.create();
  const before = process.cpuUsage();
  for (const piece of pieces) {
    parser.push(piece);
  }
  const { user, system } = process.cpuUsage(before);
  const accepted = parser.accepted();
  return { perSecond: accepted / ((user + system) / 1e6), share: accepted / frames };
}

/** CPU time, not wall time: what a busy machine does meanwhile does not count. */
export async function benchParsers(options: { rounds: number }): Promise<Row[]> {
  const targets = (await findTargets()).filter(({ name }) => !NOT_STREAMED.test(name));
  const runs = new Map<string, { perSecond: number; share: number }[]>();
  for (let round = 0; round <= options.rounds; round++) {
    for (const target of targets) {
      const run = framesPerSecond(target);
      // The first round warms the compiler up.
      if (round > 0) {
        runs.set(target.name, [...(runs.get(target.name) ?? []), run]);
      }
    }
  }
  return [...runs].map(([name, of]) => {
    const goal = MESSAGES.has(name) ? MESSAGES_GOAL : FRAMES_GOAL;
    const perSecond = median(of.map((run) => run.perSecond));
    const share = Math.min(...of.map((run) => run.share));
    return row({
      metric: `parser ${name}`,
      ours: Math.round(perSecond),
      unit: `${MESSAGES.has(name) ? 'messages' : 'frames'}/s of a core`,
      goal: `>= ${goal}, all believed`,
      pass: perSecond >= goal && share > 0.99,
    });
  });
}
