import type { DeviceIdentity } from '../../contracts/devices.ts';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type {
  AdapterDeps,
  AdapterModule,
  DeviceSetting,
  SampleSink,
  SampleSource,
} from '../_sdk/adapter.ts';
import type { Transport } from '../_sdk/transport.ts';
import type { Agent } from './agent.ts';
import { createAgentClock } from './agentClock.ts';
import { setAttribute } from './data.ts';
import { createDoubts } from './doubts.ts';
import { createDownloads, storesOf } from './downloads.ts';
import type { Verdict } from './inbox.ts';
import { createLink, type Link, takeLink } from './link.ts';
import { PHDC_MANIFEST } from './manifest.ts';
import { ATTRIBUTE, EVENT, SPECIALISATIONS } from './nomenclature.ts';
import { createReadings } from './readings.ts';
import { createReports } from './reports.ts';
import { isScanReport } from './scanReports.ts';
import { createStoreReader } from './store.ts';
import { createSampleStreams } from './streams.ts';
import { readTrace } from './trace.ts';
import { w16 } from './writer.ts';

/**
 * An agent asks for an association within seconds of being plugged in. One that believes in an old
 * association is aborted first, and comes back ten seconds later (20601, TO_assoc).
 */
const ASSOCIATION_MS = 15_000;
/** How long an agent is kept after `stop`, in case it is to be started or asked something. */
const KEEP_MS = 1_000;
const STOPPED: Fault = fault('DEVICE_SAID_ABORT', { reason: 'stopped by the host' });

async function probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>> {
  const link = createLink(transport, deps.time);
  const greeted = await link.greet();
  if (!greeted.ok) {
    link.end();
    return greeted;
  }
  const associated = await link.manager.associate(ASSOCIATION_MS);
  if (!associated.ok) {
    await link.manager.release();
    link.end();
    return associated;
  }
  return ok(identityOf(associated.value));
}

function identityOf({ mds, systemId }: Agent): DeviceIdentity {
  const { adapterId, adapterVersion, manufacturer, model } = PHDC_MANIFEST;
  const kinds = mds.specialisations.map((code) => SPECIALISATIONS[code] ?? `${code}`);
  return {
    adapterId,
    adapterVersion,
    manufacturer: mds.manufacturer ?? manufacturer,
    model: mds.model ?? (kinds.length === 0 ? model : kinds.join(', ')),
    serialNumber: mds.serialNumber ?? mds.systemId ?? (systemId === '' ? null : systemId),
    firmware: mds.firmware,
  };
}

function open(
  transport: Transport,
  _identity: DeviceIdentity,
  sink: SampleSink,
  { time }: AdapterDeps,
): SampleSource {
  const link: Link = takeLink(transport) ?? createLink(transport, time);
  const { manager } = link;
  link.attach(sink);
  const configuration = manager.agent()?.configuration ?? { id: 0, objects: new Map() };
  const streams = createSampleStreams(configuration, sink);
  const readings = createReadings(sink);
  const clock = createAgentClock({ manager, time, sink });
  const doubts = createDoubts({ sink, time });
  const reports = createReports({
    sink,
    doubts,
    readings,
    streams,
    time,
    clockOffsetMs: () => clock.offsetMs(),
  });
  const store = createStoreReader({
    manager,
    time,
    onEntry: (stored) => reports.onStored(stored, manager.agent()?.configuration ?? configuration),
  });
  const downloads = createDownloads({ manager, store, doubts, sink });
  let started = false;
  /** What is stored was read since `stop`. */
  let downloaded = false;
  let cancelKeep: () => void = () => {};

  manager.hear({
    onEvent: (event, agent, readAtNs): Verdict => {
      if (event.type === EVENT.segmentData) {
        sink.onAlive();
        return store.onEvent(event, readAtNs);
      }
      if (!isScanReport(event.type)) {
        return { kind: 'malformed' };
      }
      return started ? reports.onScan(event, agent.configuration, readAtNs) : { kind: 'held' };
    },
    onBack: (agent) => {
      if (started) {
        sink.onBreak();
        void begin(agent).then((begun) => {
          if (!begun.ok) {
            doubts.setSilent(true);
          }
        });
      }
    },
    onGone: (why) => {
      streams.reset();
      store.stop(why);
    },
  });

  async function switchScanners(agent: Agent, on: boolean): Promise<Result<void>> {
    for (const { handle, scanner } of agent.configuration.objects.values()) {
      if (scanner !== null) {
        const what = setAttribute(handle, ATTRIBUTE.operationalState, w16(on ? 1 : 0));
        const answer = await manager.ask(what, { repeatable: true });
        if (!answer.ok) {
          return answer;
        }
      }
    }
    return ok(undefined);
  }

  async function begin(agent: Agent): Promise<Result<void>> {
    clock.compare(agent);
    if (agent.mds.battery !== null) {
      reports.tellBattery(agent.mds.battery, time.nowNs());
    }
    doubts.watch(agent.configuration);
    manager.resume();
    const scanning = await switchScanners(agent, true);
    if (!scanning.ok) {
      return scanning;
    }
    if (!downloaded && storesOf(agent).length > 0) {
      void downloads
        .read(agent, () => started)
        .then((read) => {
          downloaded = read.ok;
        });
    }
    return ok(undefined);
  }

  /** An agent that is there, whether it has been let go of or not. */
  async function reach(): Promise<Result<Agent>> {
    cancelKeep();
    const greeted = manager.state() === 'operating' ? ok(undefined) : await link.greet();
    return greeted.ok ? manager.associate(ASSOCIATION_MS) : greeted;
  }

  function keepForNow(): void {
    cancelKeep();
    cancelKeep = time.after(KEEP_MS, () => void manager.release());
  }

  async function apply(setting: DeviceSetting): Promise<Result<void>> {
    if (setting.command !== 'download' && setting.command !== 'setClock') {
      return failed('DEVICE_CANNOT', { command: setting.command });
    }
    const done = setting.command === 'setClock' ? await setClock() : await download(setting.clear);
    keepForNow();
    return done;
  }

  async function setClock(): Promise<Result<void>> {
    const agent = await reach();
    return agent.ok ? clock.set(agent.value) : agent;
  }

  async function download(clear: boolean): Promise<Result<void>> {
    readings.forget();
    const done = await downloads.readAndClear(reach, clear);
    downloaded = done.ok;
    return done;
  }

  async function start(): Promise<Result<void>> {
    const agent = await reach();
    if (!agent.ok) {
      return agent;
    }
    started = true;
    return begin(agent.value);
  }

  async function stop(): Promise<Result<void>> {
    started = false;
    downloaded = false;
    doubts.rest();
    store.stop(STOPPED);
    const agent = manager.agent();
    const stopped = agent === null ? ok(undefined) : await switchScanners(agent, false);
    keepForNow();
    return stopped;
  }

  return {
    streams: streams.specs,
    start,
    stop,
    apply,
    flows: doubts.watching,
    leave: async () => {
      cancelKeep();
      await manager.release();
    },
    end: () => {
      started = false;
      doubts.rest();
      cancelKeep();
      store.stop(fault('DEVICE_UNPLUGGED'));
      link.end();
    },
  };
}

export const phdcAdapter: AdapterModule = { manifest: PHDC_MANIFEST, probe, open, readTrace };
