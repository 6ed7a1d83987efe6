import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type HostMessage, HostRequestSchema } from '../../contracts/hostControl.ts';
import { systemTime } from '../_sdk/time.ts';
import { listDevices, sightingAt } from '../_transport/discovery.ts';
import { watchHotplug, watchNode } from '../_transport/hotplug.ts';
import { identify } from '../_transport/identify.ts';
import { openTransport } from '../_transport/open.ts';
import { systemSources } from '../_transport/sources.ts';
import { ADAPTERS, findAdapter } from '../registry.ts';
import { createDeviceHost, type HostDeps } from './deviceHost.ts';
import { findParent, type ParentLink } from './parentLink.ts';
import { openRecording } from './recorder/openRecording.ts';

/** Entry of the device host process: wires the parts to whoever started it, and nothing else. */

const MANIFESTS = ADAPTERS.map((adapter) => adapter.manifest);
const EXIT_NO_PARENT = 64;
const EXIT_BUG = 70;
const PULSE_MS = 1_000;
const LOOP_RESOLUTION_MS = 20;

const openAs: HostDeps['openTransport'] = (address, wire, { replay }) =>
  openTransport(address, wire, { replay });

function serve(parent: ParentLink): void {
  const post = (message: HostMessage): void => parent.post(message);
  const host = createDeviceHost({
    findAdapter,
    openTransport: openAs,
    openRecording,
    listDevices: (kinds) => listDevices(MANIFESTS, systemSources(), kinds),
    sightingAt: (address) => sightingAt(MANIFESTS, address),
    identify: (sighting) => identify(sighting, ADAPTERS, openTransport, systemTime),
    watchNode,
    time: systemTime,
    random: Math.random,
    post,
    // A bug in one call must not cost the streams: it was answered as INTERNAL.
    onBug: (where, error) => process.emitWarning(`${where}: ${textOf(error)}`),
  });

  parent.onMessage((message, ports) => {
    const request = HostRequestSchema.safeParse(message);
    if (!request.success) {
      return;
    }
    if (request.data.kind === 'stream') {
      for (const port of ports) {
        host.connectStream(port);
      }
      return;
    }
    const { id, name, input } = request.data;
    void host
      .call(name, input, { role: 'technician', context: null })
      .then((result) => post({ kind: 'answer', id, result }));
  });

  const stopping = new AbortController();
  watchHotplug(() => host.plugged(), stopping.signal);
  const end = (): void => {
    stopping.abort();
    void host.close().finally(() => process.exit(0));
  };
  parent.onGone(end);
  process.once('SIGTERM', end);
  startPulse(post);
  post({ kind: 'up', pid: process.pid, node: process.versions.node });
}

/** The histogram counts whole intervals of its own timer: what exceeds them is delay. */
function startPulse(post: (message: HostMessage) => void): void {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delay.enable();
  setInterval(() => {
    const loopDelayMs = Math.max(0, delay.max / 1e6 - LOOP_RESOLUTION_MS);
    delay.reset();
    post({ kind: 'pulse', loopDelayMs });
  }, PULSE_MS);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function dieLoudly(error: unknown): void {
  process.stderr.write(`device host: ${textOf(error)}\n`);
  process.exit(EXIT_BUG);
}

process.on('uncaughtException', dieLoudly);
process.on('unhandledRejection', dieLoudly);

const parent = findParent();
if (parent === null) {
  process.stderr.write('device host: needs a parent process\n');
  process.exitCode = EXIT_NO_PARENT;
} else {
  serve(parent);
}
