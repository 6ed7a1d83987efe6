import { setTimeout as sleep } from 'node:timers/promises';
import type { TransportAddress } from '../../../src/contracts/devices.ts';
import type { Transport } from '../../../src/devices/_sdk/transport.ts';
import { openTransport } from '../../../src/devices/_transport/open.ts';
import { EXCHANGES, nodesOf, untilAnswer } from './exchanges.ts';
import { findPhdc } from './find.ts';
import { type Bench, NotMet, need } from './person.ts';
import { type InstrumentName, openedOf, wireOf } from './wires.ts';

/** What the people at a cart are promised. */
export const GONE_LIMIT_MS = 150;
export const BACK_LIMIT_MS = 600;
const CYCLES = 3;
/** Each step by itself: a step that hangs is named. */
const STEP_MS = 12_000;
const LOOK_MS = 3;
const RETRY_MS = 10;

export type Cycle = { readonly goneMs: number; readonly backMs: number };

/** Milliseconds from pulling the cable to the transport's own end, which must be the right fault. */
async function pull(bench: Bench, busId: string, transport: Transport): Promise<number> {
  const started = performance.now();
  const unplugged = bench.unplug(busId);
  const reason = await transport.closed;
  const goneMs = performance.now() - started;
  need(reason?.code === 'DEVICE_UNPLUGGED', `it ended as ${JSON.stringify(reason)}`);
  await unplugged;
  return goneMs;
}

async function untilNoNode(name: InstrumentName, before: number): Promise<void> {
  while (nodesOf(EXCHANGES[name]).length >= before) await sleep(LOOK_MS);
}

async function untilNode(name: InstrumentName, before: readonly string[]): Promise<string> {
  for (;;) {
    const node = nodesOf(EXCHANGES[name]).find((each) => !before.includes(each));
    if (node !== undefined) return node;
    await sleep(LOOK_MS);
  }
}

/** A USB device is named by its socket, which its node does not tell. */
async function addressOf(name: InstrumentName, node: string): Promise<TransportAddress | null> {
  return name === 'phdc' ? await findPhdc() : { kind: name, path: node };
}

/** Opens as soon as the system lets us: the node is there before udev has given it to us. */
async function untilOpen(name: InstrumentName, node: string): Promise<Transport> {
  for (;;) {
    const address = await addressOf(name, node);
    const outcome = address === null ? null : await openTransport(address, wireOf(name));
    if (outcome?.ok === true) return outcome.value;
    await sleep(RETRY_MS);
  }
}

async function step<T>(what: string, job: Promise<T>): Promise<T> {
  const ending = new AbortController();
  const late = sleep(STEP_MS, undefined, { signal: ending.signal }).then(() => {
    throw new NotMet(`${what}: not done in ${STEP_MS} ms`);
  });
  try {
    return await Promise.race([job, late]);
  } finally {
    late.catch(() => undefined);
    ending.abort();
  }
}

/** Unplugs and replugs a device that is open and speaks. */
async function cycle(bench: Bench, name: InstrumentName, busId: string): Promise<Cycle> {
  const exchange = EXCHANGES[name];
  const transport = await step('opening', openedOf(name));
  await step('first answer', untilAnswer(transport, exchange));
  const there = nodesOf(exchange).length;
  const goneMs = await step('noticing the unplugging', pull(bench, busId, transport));
  await step('node gone', untilNoNode(name, there));
  const plugged = step('attaching', bench.plug(busId));
  // Awaited below; until then a refusal must not end the process.
  plugged.catch(() => undefined);
  const node = await step('node back', untilNode(name, nodesOf(exchange)));
  const nodeAt = performance.now();
  const again = await step('opening again', untilOpen(name, node));
  await step('answer after replugging', untilAnswer(again, exchange));
  const backMs = performance.now() - nodeAt;
  await plugged;
  await again.close();
  return { goneMs, backMs };
}

export async function cycles(bench: Bench, name: InstrumentName): Promise<Cycle[]> {
  const busId = bench.config.buses[name];
  const done: Cycle[] = [];
  for (let i = 0; i < CYCLES; i += 1) done.push(await cycle(bench, name, busId));
  return done;
}

export function inMs(values: readonly number[]): string {
  return `${values.map((value) => Math.round(value)).join(', ')} ms`;
}
