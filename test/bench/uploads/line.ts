import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy } from '../../support/faultProxy.ts';
import { costOf, outage } from '../../support/lineReport.ts';
import { noise, sizes } from '../../support/testObjects.ts';

const SECOND = 1000;

/** What both sides must carry. */
export type Load = {
  readonly sizes: readonly number[];
  /** One request in so many meets a fault. */
  readonly every: number;
  /** How often the link is gone altogether, and for how long. */
  readonly outages: number;
  readonly outageMs: number;
};

export const LOAD: Load = {
  sizes: sizes(200, 6_000_000),
  every: 12,
  outages: 4,
  outageMs: 3 * SECOND,
};

/** How it ended, counted at the proxy and on the server's disk. */
export type Carried = {
  readonly seconds: number;
  /** Objects that are there with the bytes that they had. */
  readonly whole: number;
  /** Complete copies beyond one of each. */
  readonly extra: number;
  readonly againBytes: number;
  readonly breaks: number;
  readonly bytes: number;
  /** From each return of the link to the first request over it. */
  readonly resumedMs: readonly number[];
};

export function objectOf(index: number, bytes: number): { bytes: Buffer; sha256: string } {
  const made = noise(`bench ${index}`, bytes);
  return { bytes: made, sha256: createHash('sha256').update(made).digest('hex') };
}

/** The link goes away while there is still something to carry, spread over the work. */
export async function interrupt(
  link: FaultProxy,
  { outages, outageMs, sizes: all }: Load,
  left: () => number,
): Promise<number[]> {
  const resumedMs: number[] = [];
  for (let n = 1; n <= outages; n += 1) {
    const share = 1 - n / (outages + 1);
    while (left() > all.length * share) {
      await delay(20);
    }
    resumedMs.push(...(await outage([link], outageMs)));
  }
  return resumedMs;
}

export function carried(
  link: FaultProxy,
  { sizes: all }: Load,
  held: readonly string[],
  rest: Pick<Carried, 'seconds' | 'resumedMs'>,
): Carried {
  const bytes = all.reduce((sum, size) => sum + size, 0);
  const wanted = new Set(all.map((size, index) => objectOf(index, size).sha256));
  const good = held.filter((sha256) => wanted.has(sha256));
  const whole = new Set(good).size;
  const { againBytes, breaks } = costOf(link, bytes);
  return { ...rest, whole, extra: good.length - whole, againBytes, breaks: breaks.length, bytes };
}
