// What a bad line cost, as its proxy counted it.
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy } from './faultProxy.ts';
import type { SeenRequest } from './faults/faults.ts';

export type Cost = {
  /** Bytes of bodies that the client sent beyond those of the objects. */
  readonly againBytes: number;
  /** Requests with a body that the server's answer did not come to. */
  readonly breaks: readonly SeenRequest[];
  /** What those carried. */
  readonly brokenBytes: number;
};

export function costOf({ seen }: Pick<FaultProxy, 'seen'>, objectBytes: number): Cost {
  const carrying = seen.filter(({ bodyBytes }) => bodyBytes > 0);
  const breaks = carrying.filter(({ answered }) => !answered);
  return { againBytes: bytesOf(carrying) - objectBytes, breaks, brokenBytes: bytesOf(breaks) };
}

function bytesOf(requests: readonly SeenRequest[]): number {
  return requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
}

/**
 * The links are gone for `ms`, all at once; something must be waiting for each.
 * @returns ms from its return to the first request over each.
 */
export async function outage(links: readonly FaultProxy[], ms: number): Promise<number[]> {
  await Promise.all(links.map((link) => link.down()));
  await delay(ms);
  const before = links.map(({ seen }) => seen.length);
  const upAt = performance.now();
  await Promise.all(links.map((link) => link.up()));
  return Promise.all(links.map((link, index) => firstAfter(link, before[index] ?? 0, upAt)));
}

async function firstAfter({ seen }: FaultProxy, index: number, upAt: number): Promise<number> {
  for (;;) {
    const first = seen[index];
    if (first !== undefined) {
      return first.atMs - upAt;
    }
    await delay(5);
  }
}
