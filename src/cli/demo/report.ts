import { z } from 'zod';

const percentiles = z.object({ p50: z.number(), p95: z.number(), p99: z.number() });

/**
 * Every figure is measured at its own place: produced by the emulator at its port, recorded by
 * reading the file again, drawn by the cart's window, received by the physician's page. Counts are
 * of samples of one channel within the counted part of the run; times are ms.
 */
export const ReportSchema = z.object({
  chariot: z.string(),
  device: z.object({ adapter: z.string(), emulated: z.literal(true), signal: z.string() }),
  runtime: z.object({
    electron: z.string(),
    electronIsTestRuntime: z.boolean(),
    /** Of the cart's window; the physician's browser and the command line have their own below. */
    chromium: z.string(),
    node: z.string(),
    physicianChromium: z.string(),
    commandLineNode: z.string(),
    mediasoup: z.string(),
    mediasoupWorker: z.string(),
    sqlite: z.string().nullable(),
  }),
  seconds: z.number(),
  ecg: z.object({
    leads: z.number().int(),
    produced: z.number().int(),
    recorded: z.number().int(),
    drawn: z.number().int(),
    received: z.number().int(),
    receivedLate: z.number().int(),
    gaps: z.number().int(),
    duplicated: z.number().int(),
    bytesReceived: z.number().int(),
  }),
  latencyMs: z.object({ deviceToScreen: percentiles, deviceToPhysician: percentiles }),
  video: z.object({
    framesDecoded: z.number().int(),
    fps: z.number(),
    width: z.number().int(),
    height: z.number().int(),
    bytes: z.number().int(),
  }),
  recovery: z.object({
    /** From the kill of the device host to the first sample drawn of the resumed session. */
    hostRestartMs: z.number(),
    /** The link was cut for so long. */
    linkCutMs: z.number(),
    /** From the link's return to live samples and a decoded video frame at the physician's. */
    linkResumeMs: z.number(),
    backfilledSamples: z.number().int(),
  }),
  processes: z.array(z.object({ name: z.string(), cpuPercent: z.number(), rssMb: z.number() })),
  screenshots: z.array(z.string()),
});
export type Report = z.infer<typeof ReportSchema>;

/** What a demonstration promises besides losing nothing, ms. */
const LIMITS = { hostRestart: 2000, linkResume: 8000, screenP50: 25, physicianP50: 40 } as const;

/** @returns what is wrong with a run, in words; empty when the demonstration kept its promise. */
export function complaints(report: Report): string[] {
  const { ecg, video } = report;
  const found: string[] = [];
  for (const place of ['recorded', 'drawn', 'received'] as const) {
    if (ecg[place] !== ecg.produced) {
      found.push(`ecg.${place} ${ecg[place]} ≠ ecg.produced ${ecg.produced}`);
    }
  }
  if (ecg.produced === 0) {
    found.push('ecg.produced 0');
  }
  if (ecg.gaps > 0) {
    found.push(`ecg.gaps ${ecg.gaps}`);
  }
  if (ecg.duplicated > 0) {
    found.push(`ecg.duplicated ${ecg.duplicated}`);
  }
  if (video.framesDecoded === 0) {
    found.push('video.framesDecoded 0');
  }
  const within = (name: string, value: number, limit: number): void => {
    if (!(value <= limit)) {
      found.push(`${name} ${value} ms > ${limit} ms`);
    }
  };
  const { recovery, latencyMs } = report;
  within('recovery.hostRestartMs', recovery.hostRestartMs, LIMITS.hostRestart);
  within('recovery.linkResumeMs', recovery.linkResumeMs, LIMITS.linkResume);
  within('latencyMs.deviceToScreen.p50', latencyMs.deviceToScreen.p50, LIMITS.screenP50);
  within('latencyMs.deviceToPhysician.p50', latencyMs.deviceToPhysician.p50, LIMITS.physicianP50);
  if (recovery.backfilledSamples === 0) {
    found.push('recovery.backfilledSamples 0');
  }
  return found;
}

/** The report for a person, French first. */
export function inWords(report: Report): string {
  const { ecg, latencyMs, recovery, runtime, video } = report;
  const delay = (p: { p50: number; p95: number; p99: number }): string =>
    `p50 ${p.p50} ms, p95 ${p.p95} ms, p99 ${p.p99} ms`;
  return [
    `Electron ${runtime.electron}${runtime.electronIsTestRuntime ? ' (moteur de test / test runtime)' : ''}, Chromium ${runtime.chromium} (chariot), ${runtime.physicianChromium} (médecin / physician)`,
    `mediasoup ${runtime.mediasoup} (worker: ${runtime.mediasoupWorker}), SQLite ${runtime.sqlite ?? '-'}`,
    `Appareil émulé / emulated device: ${report.device.adapter}, signal: ${report.device.signal}`,
    `ECG ${ecg.leads} dérivations / leads: ${ecg.produced} produits / produced, ${ecg.recorded} enregistrés / recorded, ${ecg.drawn} tracés / drawn, ${ecg.received} reçus / received (${ecg.receivedLate} rattrapés / late), ${ecg.gaps} trous / gaps, ${ecg.duplicated} doublons / duplicates`,
    `Appareil → écran / device → screen: ${delay(latencyMs.deviceToScreen)}`,
    `Appareil → médecin / device → physician: ${delay(latencyMs.deviceToPhysician)}`,
    `Vidéo / video: ${video.framesDecoded} images / frames, ${video.fps} fps, ${video.width}×${video.height}`,
    `Hôte tué / host killed: ${recovery.hostRestartMs} ms; liaison coupée / link cut ${recovery.linkCutMs} ms: reprise / resume ${recovery.linkResumeMs} ms, ${recovery.backfilledSamples} échantillons rattrapés / samples back-filled`,
  ].join('\n');
}
