import { readFileSync } from 'node:fs';
import { waitUntil } from './cart.ts';
import { appInfo } from './cartCalls.ts';
import { type Collector, collect } from './collector.ts';
import { COUNTED_START, startDevice, stopDevice } from './deviceRuns.ts';
import { countSamples, delays, percentiles, round } from './figures.ts';
import { type PhysicianFigures, physicianFigures } from './pageLogs.ts';
import { measureProcesses, type ProcessUse } from './processes.ts';
import { recordingKeys, verifyOnlyRecording } from './record.ts';
import type { Report } from './report.ts';
import { takeScreenshots } from './screenshots.ts';
import { openStage, type Stage } from './stage.ts';
import { type FrameStamp, parseStamps } from './stamps.ts';

export type DemoOptions = {
  readonly headless: boolean;
  readonly seconds: number;
  readonly input: string | null;
  readonly screenshots: string | null;
  readonly say: (words: string) => void;
  readonly signal: AbortSignal;
};

const LINK_CUT_MS = 20_000;
const QUIET_MS = 1_500;
/** @returns null when somebody was watching and closed it, else the report of the measured run. */
export async function runDemo(options: DemoOptions): Promise<Report | null> {
  options.say('Chariot — démonstration. Dispositif non certifié / not a certified medical device.');
  const stage = await openStage(options);
  try {
    if (!options.headless && !stage.display.virtual) {
      options.say('Fermez une fenêtre pour terminer / close a window to end.');
      await untilClosed(stage, options.signal);
      return null;
    }
    return await unlessAborted(measure(stage, options), options.signal);
  } catch (error) {
    options.say(stage.cart.lastWords());
    throw error;
  } finally {
    await stage.close();
  }
}

/** @throws Error when the run is interrupted before it ends; the stage is closed then as always. */
function unlessAborted<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = (): void => reject(new Error('interrompu / interrupted'));
    signal.addEventListener('abort', interrupt, { once: true });
    run.then(resolve, reject).finally(() => signal.removeEventListener('abort', interrupt));
  });
}

function untilClosed(stage: Stage, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    stage.cart.app.once('close', () => resolve());
    stage.physician.browser.once('disconnected', () => resolve());
    stage.physician.page.once('close', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

type Phase = { readonly fromMs: number; readonly toMs: number; readonly epoch: number };

async function measure(stage: Stage, options: DemoOptions): Promise<Report> {
  const collector = collect({ cart: stage.cart.page, physician: stage.physician.page });
  try {
    await waitUntil(() => isLive(stage, collector), 60_000, 'ECG et vidéo / ECG and video');
    const info = await appInfo(stage.cart.page);
    await stopDevice(stage);
    const epoch = await startDevice(stage, collector);
    const steady = await runSteady(stage, epoch, collector, options);
    const screenshots = await takeScreenshots(stage, options.screenshots);
    options.say(`Liaison coupée ${LINK_CUT_MS / 1000} s / link cut…`);
    const link = await cutLink(stage, collector);
    const counted = await endCountedRun(stage, collector, steady.phase);
    options.say('Hôte des appareils tué / device host killed…');
    const hostRestartMs = await killHost(stage, collector);
    const stamps = parseStamps(readFileSync(stage.stampsFile));
    const screen = percentiles(latencies(stamps, collector.drawn, steady.phase));
    const remote = percentiles(latencies(stamps, collector.received, steady.phase));
    if (screen === null || remote === null) {
      throw new Error('aucun délai mesuré / no delay was measured');
    }
    return {
      chariot: info.version,
      device: { adapter: 'openbci.cyton', emulated: true, signal: stage.emulator.signal },
      runtime: {
        electron: info.electron,
        electronIsTestRuntime: info.testRuntime,
        chromium: info.chromium,
        node: info.node,
        physicianChromium: stage.physician.version,
        commandLineNode: process.versions.node,
        mediasoup: stage.runtime.mediasoupWorker.version,
        mediasoupWorker: stage.runtime.mediasoupWorker.source,
        sqlite: info.sqlite,
      },
      seconds: options.seconds,
      ecg: counted,
      latencyMs: { deviceToScreen: screen, deviceToPhysician: remote },
      video: steady.video,
      recovery: { hostRestartMs, ...link },
      processes: steady.processes,
      screenshots,
    };
  } finally {
    await collector.stop();
  }
}

function latencies(stamps: readonly FrameStamp[], log: Collector['drawn'], phase: Phase): number[] {
  return delays(stamps, log, { start: COUNTED_START, ...phase });
}

async function isLive(stage: Stage, collector: Collector): Promise<boolean> {
  const figures = await physicianFigures(stage.physician.page);
  return (
    collector.drawn.length > 0 &&
    collector.received.length > 0 &&
    (figures?.video?.framesDecoded ?? 0) > 0
  );
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function figuresOf(stage: Stage): Promise<PhysicianFigures> {
  const figures = await physicianFigures(stage.physician.page);
  if (figures === null) {
    throw new Error('la page du médecin ne répond pas / the physician’s page does not answer');
  }
  return figures;
}

/** The undisturbed part: delays, video and processor use are measured in it alone. */
async function runSteady(
  stage: Stage,
  epoch: number,
  collector: Collector,
  options: DemoOptions,
): Promise<{ phase: Phase; video: Report['video']; processes: ProcessUse[] }> {
  options.say(`Mesure ${options.seconds} s / measuring…`);
  const { pid: hubPid, workerPid } = stage.cart.hub();
  const processes = measureProcesses(
    new Map([
      [stage.runtime.electron.binary, 'cart'],
      // Debian's chromium is a script that runs the program of its own folder.
      ['/usr/lib/chromium', 'physician'],
      [stage.runtime.chromium.binary ?? '', 'physician'],
    ]),
    new Map([
      [stage.cart.hostPid(), 'cart: device host'],
      [hubPid, 'hub'],
      [workerPid, 'hub: mediasoup-worker'],
    ]),
  );
  const before = await figuresOf(stage);
  const fromMs = nowMs();
  await pause(options.seconds * 1000);
  const toMs = nowMs();
  const after = await figuresOf(stage);
  await collector.drain();
  return {
    phase: { fromMs, toMs: toMs - QUIET_MS, epoch },
    video: videoBetween(before, after, (toMs - fromMs) / 1000),
    processes: processes.stop(),
  };
}

function videoBetween(
  before: PhysicianFigures,
  after: PhysicianFigures,
  seconds: number,
): Report['video'] {
  const framesDecoded = (after.video?.framesDecoded ?? 0) - (before.video?.framesDecoded ?? 0);
  return {
    framesDecoded,
    fps: round(framesDecoded / seconds),
    width: after.video?.width ?? 0,
    height: after.video?.height ?? 0,
    bytes: (after.video?.bytes ?? 0) - (before.video?.bytes ?? 0),
  };
}

/** Cuts the physician's link, and measures from its return to live samples and a decoded frame. */
async function cutLink(
  stage: Stage,
  collector: Collector,
): Promise<{ linkCutMs: number; linkResumeMs: number; backfilledSamples: number }> {
  const cutAt = await stage.link.cut();
  await pause(LINK_CUT_MS);
  await collector.drain();
  const before = await figuresOf(stage);
  const entriesBefore = collector.received.length;
  const upAt = await stage.link.restore();
  let videoAt: number | null = null;
  const liveAgain = (): number | undefined =>
    collector.received.slice(entriesBefore).find(({ late }) => !late)?.atMs;
  await waitUntil(
    async () => {
      const figures = await figuresOf(stage);
      if (videoAt === null && decodedMore(before, figures)) {
        videoAt = nowMs();
      }
      await collector.drain();
      return videoAt !== null && liveAgain() !== undefined && figures.link.samplesMissing === 0;
    },
    60_000,
    'la liaison / the link',
  );
  await collector.drain();
  const after = await figuresOf(stage);
  return {
    linkCutMs: round(upAt - cutAt),
    linkResumeMs: round(Math.max(videoAt ?? 0, liveAgain() ?? 0) - upAt),
    backfilledSamples: after.link.backfilledSamples - before.link.backfilledSamples,
  };
}

/** A page that rebuilt its transports counts its frames from zero again. */
function decodedMore(before: PhysicianFigures, now: PhysicianFigures): boolean {
  const frames = now.video?.framesDecoded ?? 0;
  const earlier = before.video?.framesDecoded ?? 0;
  return frames > 0 && frames !== earlier;
}

/** Stops the device, lets everything arrive, and counts the same samples at each place. */
async function endCountedRun(
  stage: Stage,
  collector: Collector,
  phase: Phase,
): Promise<Report['ecg']> {
  await stopDevice(stage);
  await pause(QUIET_MS);
  await collector.drain();
  const produced = parseStamps(readFileSync(stage.stampsFile)).filter(
    ({ startCount }) => startCount === COUNTED_START,
  ).length;
  const recorded = await readRecorded(stage, phase.epoch);
  const drawn = countSamples(collector.drawn, phase.epoch);
  const received = countSamples(collector.received, phase.epoch);
  const figures = await figuresOf(stage);
  return {
    leads: recorded.leads,
    produced,
    recorded: recorded.samples,
    drawn: drawn.distinct,
    received: received.distinct,
    receivedLate: figures.link.samplesLate,
    gaps: recorded.gaps + drawn.holes + received.holes,
    duplicated: recorded.duplicates + drawn.repeated + received.repeated,
    bytesReceived: figures.link.bytesReceived,
  };
}

async function readRecorded(
  stage: Stage,
  epoch: number,
): Promise<{ leads: number; samples: number; gaps: number; duplicates: number }> {
  const report = await verifyOnlyRecording(stage.dataDir, await recordingKeys(stage.dataDir));
  const run = report.epochs.find((entry) => entry.epoch === epoch);
  return {
    leads: report.descriptors[0]?.leads.length ?? 0,
    samples: run?.samples ?? 0,
    gaps: run?.gaps ?? 0,
    duplicates: report.duplicates,
  };
}

async function killHost(stage: Stage, collector: Collector): Promise<number> {
  const running = await startDevice(stage, collector);
  const resumedAt = (): number | undefined =>
    collector.drawn.find(({ epoch }) => epoch > running)?.atMs;
  const killedAt = nowMs();
  process.kill(stage.cart.hostPid(), 'SIGKILL');
  await waitUntil(
    async () => {
      await collector.drain();
      return resumedAt() !== undefined;
    },
    20_000,
    'hôte des appareils / device host',
  );
  return round((resumedAt() ?? Number.NaN) - killedAt);
}
