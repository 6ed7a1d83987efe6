import type { FuzzTarget } from '../../src/devices/_sdk/fuzzTarget.ts';
import type { Coverage } from './coverage.ts';
import { createMutator, type Mutator } from './mutate.ts';

const SLOW_MS = 10;
const REPEATS = 3;
const HEAP_GROWTH_BYTES = 5 * 1024 * 1024;
/** Inputs between two looks at the coverage: a look costs some milliseconds. */
const GENERATION = 400;
const MAX_CORPUS = 128;
/** Longer than any frame, and never one: after it nothing is left half read. */
const REST = new Uint8Array(8192);
const NOISE_BYTES = 64 * 1024;
const NOISE_PACKETS = 512;

export type Failure = {
  readonly check: 'exception' | 'slow' | 'memory' | 'resync' | 'falseFrames';
  readonly detail: string;
  readonly input: Uint8Array;
};

export type FuzzReport = {
  readonly name: string;
  readonly seconds: number;
  readonly executions: number;
  readonly covered: number;
  readonly blocks: number;
  readonly corpus: readonly Uint8Array[];
  readonly slowestMs: number;
  readonly heapGrowthBytes: number;
  /** Random bytes, or random packets, that might have passed as a frame. */
  readonly noiseChances: number;
  readonly falseFrames: number;
  readonly allowedFalseFrames: number;
  readonly failures: readonly Failure[];
};

export type FuzzOptions = {
  readonly target: FuzzTarget;
  readonly corpus: readonly Uint8Array[];
  readonly seconds: number;
  readonly seed: number;
  readonly coverage: Coverage;
  readonly nowMs: () => number;
  /** Processor time of this thread: other work of the machine is none of the parser's. */
  readonly cpuMs: () => number;
  /** Heap in use after a full collection, bytes. */
  readonly heapBytes: () => number;
};

/** Runs one target for so long; everything but the time that it takes follows from the seed. */
export function fuzz(options: FuzzOptions): FuzzReport {
  const { target, coverage, nowMs, cpuMs } = options;
  const mutator = createMutator(options.seed, target.frameBytes);
  const corpus = [...target.seeds(), ...options.corpus];
  const failures: Failure[] = [];
  const noise = { chances: 0, accepted: 0 };
  let slowestMs = 0;
  let executions = 0;

  function run(input: Uint8Array): void {
    executions++;
    try {
      const pieces = cut(target, input, mutator);
      const tookMs = timed(target, pieces, cpuMs);
      if (tookMs > SLOW_MS) {
        // The same pieces: only a slow machine is forgiven, not a slow way of cutting.
        const again = Array.from({ length: REPEATS }, () => timed(target, pieces, cpuMs));
        const least = Math.min(tookMs, ...again);
        slowestMs = Math.max(slowestMs, least);
        if (least > SLOW_MS) {
          failures.push({ check: 'slow', detail: `${least.toFixed(1)} ms`, input });
        }
      } else {
        slowestMs = Math.max(slowestMs, tookMs);
      }
    } catch (error) {
      failures.push({ check: 'exception', detail: String(error), input });
    }
  }

  for (const input of corpus) {
    run(input);
  }
  coverage.newBlocks();
  const heapBefore = options.heapBytes();
  const long = target.create();
  const until = nowMs() + options.seconds * 1000;
  while (nowMs() < until && failures.length < 10) {
    const generation = Array.from({ length: GENERATION }, () => mutator.mutate(corpus));
    generation.forEach(run);
    if (coverage.newBlocks() > 0) {
      keepNewest(corpus, generation, target.seeds().length);
    }
    checkResync(target, generation, mutator, failures);
    checkNoise(target, mutator, noise);
    for (const input of generation) {
      // One parser hears everything: what it holds must not grow.
      tryPush(long, input);
    }
  }
  const heapGrowthBytes = options.heapBytes() - heapBefore - sizeOf(corpus);
  long.push(new Uint8Array(1));
  if (heapGrowthBytes > HEAP_GROWTH_BYTES) {
    failures.push({
      check: 'memory',
      detail: `${heapGrowthBytes} bytes`,
      input: new Uint8Array(),
    });
  }
  const allowed = allowedFalseFrames(noise.chances, target.checkBits);
  if (noise.accepted > allowed) {
    const detail = `${noise.accepted} in ${noise.chances} chances, ${allowed} allowed`;
    failures.push({ check: 'falseFrames', detail, input: new Uint8Array() });
  }
  const { covered, total } = coverage.share();
  return {
    name: target.name,
    seconds: options.seconds,
    executions,
    covered,
    blocks: total,
    corpus: corpus.slice(target.seeds().length),
    slowestMs,
    heapGrowthBytes,
    noiseChances: noise.chances,
    falseFrames: noise.accepted,
    allowedFalseFrames: allowed,
    failures,
  };
}

/** @returns the input whole, or cut anywhere. */
function cut(target: FuzzTarget, input: Uint8Array, mutator: Mutator): Uint8Array[] {
  const whole = target.packets === true || mutator.random() < 0.5;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length; ) {
    const size = whole ? input.length : 1 + Math.floor(mutator.random() * 64);
    pieces.push(input.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** @returns ms of the longest single push. */
function timed(target: FuzzTarget, pieces: readonly Uint8Array[], cpuMs: () => number): number {
  const parser = target.create();
  let longest = 0;
  for (const piece of pieces) {
    const startedAt = cpuMs();
    parser.push(piece);
    longest = Math.max(longest, cpuMs() - startedAt);
  }
  return longest;
}

function tryPush(parser: ReturnType<FuzzTarget['create']>, input: Uint8Array): void {
  try {
    parser.push(input);
  } catch {
    // `run` has met and reported the same input.
  }
}

/** Which input of a generation reached the new code is not known: some of them are kept. */
function keepNewest(corpus: Uint8Array[], generation: readonly Uint8Array[], seeds: number): void {
  corpus.push(...generation.slice(0, 4).map((input) => input.slice()));
  if (corpus.length > seeds + MAX_CORPUS) {
    corpus.splice(seeds, corpus.length - seeds - MAX_CORPUS);
  }
}

/** After garbage of any kind at most the first frame of a valid sequence may be lost. */
function checkResync(
  target: FuzzTarget,
  generation: readonly Uint8Array[],
  mutator: Mutator,
  failures: Failure[],
): void {
  for (const seed of target.seeds()) {
    const clean = target.create();
    clean.push(seed);
    clean.push(REST);
    const garbage =
      generation[Math.floor(mutator.random() * generation.length)] ?? new Uint8Array();
    try {
      const parser = target.create();
      parser.push(garbage);
      parser.push(REST);
      const before = parser.accepted();
      parser.push(seed);
      parser.push(REST);
      if (parser.accepted() - before < clean.accepted() - 1) {
        const detail = `${parser.accepted() - before} of ${clean.accepted()} frames after garbage`;
        failures.push({ check: 'resync', detail, input: garbage });
      }
    } catch (error) {
      failures.push({ check: 'exception', detail: String(error), input: garbage });
    }
  }
}

function checkNoise(
  target: FuzzTarget,
  mutator: Mutator,
  noise: { chances: number; accepted: number },
): void {
  const parser = target.create();
  if (target.packets === true) {
    // Each packet has one chance to pass, however long it is.
    for (let count = 0; count < NOISE_PACKETS; count++) {
      parser.push(mutator.noise(1 + Math.floor(mutator.random() * 2 * target.frameBytes)));
    }
    noise.chances += NOISE_PACKETS;
  } else {
    parser.push(mutator.noise(NOISE_BYTES));
    noise.chances += NOISE_BYTES;
  }
  noise.accepted += parser.accepted();
}

/** What chance explains: each byte or packet may pass. Four standard deviations, and two more. */
function allowedFalseFrames(chances: number, checkBits: number): number {
  const expected = chances * 2 ** -checkBits;
  return Math.ceil(expected + 4 * Math.sqrt(expected) + 2);
}

function sizeOf(inputs: readonly Uint8Array[]): number {
  return inputs.reduce((sum, input) => sum + input.length, 0);
}
