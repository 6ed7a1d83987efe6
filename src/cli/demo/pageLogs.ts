import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { SampleLogEntry } from './figures.ts';

/** What a page gives of itself through `window.chariotDiagnostics`: figures, never a patient's data. */
const DrawLogSchema = z.array(
  z.object({
    epoch: z.number(),
    firstSample: z.number(),
    count: z.number(),
    drawnAtMs: z.number(),
  }),
);
const ReceiveLogSchema = z.array(
  z.object({
    epoch: z.number(),
    firstSample: z.number(),
    count: z.number(),
    receivedAtMs: z.number(),
    late: z.boolean(),
  }),
);
const VideoSchema = z.object({
  framesDecoded: z.number(),
  fps: z.number(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
});
const PhysicianSchema = z.object({
  video: VideoSchema.nullable(),
  link: z.object({
    samplesReceived: z.number(),
    samplesMissing: z.number(),
    samplesLost: z.number(),
    samplesLate: z.number(),
    duplicates: z.number(),
    backfilledSamples: z.number(),
    bytesReceived: z.number(),
    reconnects: z.number(),
  }),
});
export type PhysicianFigures = z.infer<typeof PhysicianSchema>;
export type ReceivedEntry = SampleLogEntry & { readonly late: boolean };

type Method = 'snapshot' | 'drainDrawLog' | 'drainReceiveLog';

/** @returns null while the page has not loaded far enough to tell. */
async function ask(page: Page, method: Method): Promise<unknown> {
  return await page.evaluate((name): unknown => {
    const scope = globalThis as unknown as {
      chariotDiagnostics?: Record<string, (() => unknown) | undefined>;
    };
    return scope.chariotDiagnostics?.[name]?.() ?? null;
  }, method);
}

export async function drainDrawn(page: Page): Promise<SampleLogEntry[]> {
  const entries = DrawLogSchema.parse((await ask(page, 'drainDrawLog')) ?? []);
  // Before the window knows the host's clock it draws, and cannot say when: counted, never a delay.
  return entries.map(({ drawnAtMs, ...entry }) => ({ ...entry, atMs: drawnAtMs ?? Number.NaN }));
}

export async function drainReceived(page: Page): Promise<ReceivedEntry[]> {
  const entries = ReceiveLogSchema.parse((await ask(page, 'drainReceiveLog')) ?? []);
  return entries.map(({ receivedAtMs, ...entry }) => ({ ...entry, atMs: receivedAtMs }));
}

export async function physicianFigures(page: Page): Promise<PhysicianFigures | null> {
  const snapshot = await ask(page, 'snapshot');
  return snapshot === null ? null : PhysicianSchema.parse(snapshot);
}
