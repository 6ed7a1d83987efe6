import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../src/contracts/clinical.ts';
import type { DeviceStatus } from '../../src/contracts/devices.ts';
import { type Fault, failed, ok, type Result } from '../../src/contracts/faults.ts';
import { type Destination, DestinationSchema } from '../../src/contracts/outbox.ts';
import { SettingsSchema } from '../../src/contracts/settings.ts';
import { createBindings } from '../../src/main/acts/bindings.ts';
import { measurement } from '../../src/main/acts/builders.ts';
import { captureEcg } from '../../src/main/acts/ecgCapture.ts';
import { provenanceOfDevice } from '../../src/main/acts/provenance.ts';
import { type Keeping, openKeeping } from '../../src/main/keeping/keeping.ts';
import { TIMEOUTS } from '../../src/main/remote/http/session.ts';
import { recordingsOf } from '../../src/main/store/recordings.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { unwrapWith } from '../../src/main/store/unwrap.ts';
import { verifyRecording } from '../../src/record/verify.ts';
import { openTestStore } from '../support/testStore.ts';
import {
  createRig,
  type HostRun,
  type Rig,
  startEmulator,
  startHost,
  until,
} from './deviceHostRig.ts';

const REPORT_FOLDER = path.resolve(import.meta.dirname, '../../resources/report');
const OPENING = {
  patient: {
    birthName: 'LEFÈVRE',
    usedName: null,
    givenNames: ['Hélène'],
    birthDate: '1938-03-04',
    sex: 'female' as const,
    identityStatus: 'PROV' as const,
    ins: null,
    identifiers: [],
    fictional: false,
  },
  operator: null,
  reason: 'Dyspnée',
  consent: { given: true, mode: 'oral' as const },
};
/** Nobody listens there: what is queued for it stays. */
const NOWHERE = ['dicomweb', 'fhir', 'hub'].map((kind) =>
  DestinationSchema.parse({
    destinationId: `nowhere-${kind}`,
    kind,
    name: kind,
    url: 'http://127.0.0.1:9/',
  }),
);

let rig: Rig;
let host: HostRun;
let store: OpenedStore;
let keeping: Keeping;
let acts: (Act | null)[];
let recordingFaults: (Fault | null)[];
let wanted: string[];
let works: number;
let refuses: (work: number) => boolean;
beforeEach(async () => {
  rig = createRig();
  acts = [];
  recordingFaults = [];
  wanted = [];
  works = 0;
  refuses = () => false;
  host = await startHost(rig);
  await begin();
});
afterEach(async () => {
  await end();
  await rig.close();
});

function statuses(): DeviceStatus[] {
  const byId = new Map<string, DeviceStatus>();
  for (const { message } of host.messages) {
    if (message.kind === 'status') {
      byId.set(message.status.deviceId, message.status);
    }
  }
  return [...byId.values()];
}

function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.fault));
  }
  return result.value;
}

/** A disk that is full for the works that `refuses` names, counted from `works`. */
function refusing(opened: OpenedStore): OpenedStore {
  return {
    ...opened,
    write: (work, durability) => {
      works += 1;
      return refuses(works)
        ? Promise.resolve(failed('STORE_DISK_FULL'))
        : opened.write(work, durability);
    },
  };
}

/** From now on. */
function refuseWork(nth: number): void {
  works = 0;
  refuses = (work) => work === nth;
}

async function begin(): Promise<void> {
  store = refusing(await openTestStore(rig.folder));
  const after = (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  keeping = must(
    await openKeeping(store, {
      folder: rig.folder,
      clock: { now: Date.now, after },
      random: randomBytes,
      newId: randomUUID,
      settings: () => SettingsSchema.parse({}),
      software: 'test',
      reportFolder: REPORT_FOLDER,
      host: {
        want: async (recording) => {
          wanted.push(recording.recordingId);
          return host.calls.startRecording(recording);
        },
        bindings: createBindings({
          statuses,
          bindDevice: (deviceId, binding) => host.calls.bindDevice({ deviceId, binding }),
        }),
      },
      network: { online: () => true, onChange: () => () => undefined, probe: async () => false },
      http: { now: Date.now, timeouts: TIMEOUTS, authorities: () => [] },
      embeddedHub: () => async () => null,
      onAct: (act) => acts.push(act),
      onRecordingFault: (fault) => recordingFaults.push(fault),
      onSummary: () => undefined,
      onBug: (error) => {
        throw error;
      },
    }),
  );
  await until('the recording', () => keeping.book.recordingId());
}

async function end(): Promise<void> {
  await host.calls.stopRecording({});
  await keeping.close();
  await store.close();
}

async function openCyton(): Promise<number> {
  const emulator = await startEmulator(rig);
  await host.calls.openDevice({
    adapterId: 'openbci.cyton',
    address: { kind: 'serial', path: emulator.pty },
    firstEpoch: 0,
    knownAs: null,
    calibrations: [],
  });
  const device = await until('the signal', () =>
    statuses().find(({ state, streamIds }) => state === 'streaming' && streamIds.length > 0),
  );
  return device.streamIds[0] ?? -1;
}

const hostNow = (): number => Number(process.hrtime.bigint()) / 1e6;

async function keepEcg(streamId: number, seconds: number) {
  return must(
    await captureEcg(
      { streamId, toMs: hostNow(), seconds },
      {
        store,
        folder: rig.folder,
        captures: keeping.captures,
        recordingId: keeping.book.recordingId(),
        act: keeping.acts.current(),
        devices: statuses(),
        nowIso: () => new Date().toISOString(),
        pause: (ms) => pause(ms),
      },
    ),
  );
}

async function saveAll(destinations: readonly Destination[]): Promise<void> {
  for (const destination of destinations) {
    must(await keeping.outbox.saveDestination(destination));
  }
}

const kinds = (actId: string): string[] =>
  keeping.outbox
    .list({ actId, limit: 100 })
    .map(({ kind, destinationId }) => `${kind}>${destinationId}`);

describe('an act', () => {
  it('has a sealed recording of its own, bound to its resident, and nobody else’s', async () => {
    const streamId = await openCyton();
    const opened = must(await keeping.acts.open(OPENING));
    await until('the binding', () =>
      statuses().every(({ binding }) => binding === opened.patient.patientId),
    );
    await pause(1_500);
    const capture = await keepEcg(streamId, 1);
    must(await keeping.acts.close('Rien à signaler.'));
    const [row, ...more] = recordingsOf(store.db, opened.actId);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ binding: opened.patient.patientId, endedAt: expect.any(String) });
    const file = path.join(rig.folder, 'recordings', row?.fileName ?? '');
    const report = must(await verifyRecording(file, unwrapWith(store.fileKeys)));
    expect(report).toMatchObject({ whole: true, sealed: true, closed: true, gaps: 0 });
    expect(report.samples).toBeGreaterThan(250);
    expect(await verifyRecording(file)).toEqual(failed('SEALED_NO_KEY', expect.anything()));
    expect(capture).toMatchObject({
      actId: opened.actId,
      patientId: opened.patient.patientId,
      content: { kind: 'ecg', excerpt: { recordingId: row?.recordingId, streamId } },
      provenance: { identity: { adapterId: 'openbci.cyton' }, gaps: [], filters: 'none' },
    });
    expect(statuses().every(({ binding }) => binding === null)).toBe(true);
    expect(acts.map((act) => act?.state ?? null)).toEqual(['open', null]);
    expect(readdirSync(path.join(rig.folder, 'recordings'))).toHaveLength(3);
  });

  it('is one at a time, and closed once', async () => {
    const both = await Promise.all([keeping.acts.open(OPENING), keeping.acts.open(OPENING)]);
    expect(both.map((opened) => opened.ok)).toEqual([true, false]);
    expect(both[1]).toMatchObject({ fault: { code: 'ACT_OPEN' } });
    const closed = await Promise.all([keeping.acts.close(''), keeping.acts.close('')]);
    expect(closed[1]).toMatchObject({ ok: false, fault: { code: 'ACT_UNKNOWN' } });
  });

  it('queues all that its destinations take when it is closed, in one step', async () => {
    const streamId = await openCyton();
    await saveAll(NOWHERE);
    const { actId } = must(await keeping.acts.open(OPENING));
    await pause(1_500);
    await keepEcg(streamId, 1);
    const { queued, act } = must(await keeping.acts.close('Rien à signaler.'));
    expect(act).toMatchObject({
      state: 'closed',
      report: { text: 'Rien à signaler.', signedAt: null },
    });
    expect(kinds(actId).toSorted()).toEqual([
      'dicomEcg>nowhere-dicomweb',
      'dicomPdf>nowhere-dicomweb',
      'fhirBundle>nowhere-fhir',
      'recording>embedded-hub',
      'recording>nowhere-hub',
      'report>nowhere-fhir',
    ]);
    expect(queued).toBe(5);
  });

  it('sends later to a destination that came later, and nothing twice to the others', async () => {
    const [pacs, server] = NOWHERE;
    await saveAll(pacs === undefined ? [] : [pacs]);
    const { actId } = must(await keeping.acts.open(OPENING));
    must(await keeping.acts.close('Rien.'));
    const before = kinds(actId);
    expect(before).toEqual(expect.arrayContaining(['dicomPdf>nowhere-dicomweb']));
    await saveAll(server === undefined ? [] : [server]);
    await keeping.acts.planAll();
    await keeping.acts.planAll();
    expect(kinds(actId).toSorted()).toEqual(
      [...before, 'fhirBundle>nowhere-fhir', 'report>nowhere-fhir'].toSorted(),
    );
  });

  it('queues nothing of a fictional resident', async () => {
    await saveAll(NOWHERE);
    const patient = { ...OPENING.patient, fictional: true };
    const { actId } = must(await keeping.acts.open({ ...OPENING, patient }));
    expect(must(await keeping.acts.close('Exercice.')).queued).toBe(0);
    expect(kinds(actId)).toEqual([]);
  });

  it('is still open when Chariot starts again, with a recording that goes on', async () => {
    const { actId, patient } = must(await keeping.acts.open(OPENING));
    await end();
    await begin();
    expect(keeping.acts.current()).toMatchObject({ actId });
    const recordings = recordingsOf(store.db, actId);
    expect(recordings).toHaveLength(2);
    expect(recordings.every(({ binding }) => binding === patient.patientId)).toBe(true);
  });

  it('knows a resident with an identifier again, and two without one apart', async () => {
    const withIpp = { ...OPENING.patient, identifiers: [{ system: 'urn:oid:1.2', value: '42' }] };
    const ids: string[] = [];
    for (const patient of [withIpp, withIpp, OPENING.patient, OPENING.patient]) {
      ids.push(must(await keeping.acts.open({ ...OPENING, patient })).patient.patientId);
      must(await keeping.acts.close(''));
    }
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('opens nothing where the disk refuses, and nothing half', async () => {
    const before = keeping.book.recordingId();
    refuseWork(1);
    expect(await keeping.acts.open(OPENING)).toEqual(failed('STORE_DISK_FULL'));
    expect(keeping.acts.current()).toBeNull();
    expect(keeping.book.recordingId()).toBe(before);
    must(await keeping.acts.open(OPENING));
  });

  it('stays open, and goes on being recorded, where the disk refuses its end', async () => {
    const streamId = await openCyton();
    await saveAll(NOWHERE);
    const { actId } = must(await keeping.acts.open(OPENING));
    // The next recording and the end of this one are written, the act's end is not.
    refuseWork(3);
    expect(await keeping.acts.close('Rien.')).toEqual(failed('STORE_DISK_FULL'));
    expect(keeping.acts.current()).toMatchObject({ actId, state: 'open' });
    const running = recordingsOf(store.db, actId).at(-1);
    expect(running).toMatchObject({ recordingId: keeping.book.recordingId(), actId });
    await pause(1_500);
    await keepEcg(streamId, 1);
    must(await keeping.acts.close('Rien.'));
    expect(kinds(actId)).toEqual(expect.arrayContaining(['dicomEcg>nowhere-dicomweb']));
  });

  it('queues what was kept in the very moment of its end', async () => {
    await saveAll(NOWHERE);
    const act = must(await keeping.acts.open(OPENING));
    const { actId } = act;
    const value = measurement({ binding: act.patient.patientId });
    const save = () =>
      keeping.captures.save({ kind: 'measurement', takenAt: value.time, value }, null, {
        actId,
        patientId: act.patient.patientId,
        bodySite: null,
        provenance: provenanceOfDevice(null, act, []),
      });
    const [saved, closed] = await Promise.all([save(), keeping.acts.close('')]);
    // Kept and of the act, or refused: never kept and left behind.
    expect(closed.ok).toBe(true);
    expect(keeping.captures.list(actId)).toHaveLength(saved.ok ? 1 : 0);
    expect(keeping.acts.ownerAt(act.startedAt)).toEqual(failed('ACT_CLOSED'));
    expect(keeping.acts.ownerAt(new Date(Date.now() + 1_000).toISOString())).toEqual(ok(null));
  });

  it('begins to record as soon as the disk takes it, and tells until then', async () => {
    await end();
    const folder = path.join(rig.folder, 'recordings');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in the place of the folder');
    const starting = begin();
    await until('the fault', () => recordingFaults.length > 0);
    rmSync(folder);
    await starting;
    await until('its end', () => recordingFaults.length > 1);
    expect(recordingFaults.map((fault) => fault?.code ?? null)).toEqual(['STORE_IO', null]);
    expect(wanted.at(-1)).toBe(keeping.book.recordingId());
  });

  it('tells at once where there is no signal to keep', async () => {
    must(await keeping.acts.open(OPENING));
    await expect(keepEcg(77, 1)).rejects.toThrow('EXPORT_NO_SIGNAL');
  });
});
