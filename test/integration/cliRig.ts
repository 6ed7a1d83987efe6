import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { argon2id } from '@noble/hashes/argon2.js';
import { encode } from 'fast-png';
import { vi } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import type { CaptureContent } from '../../src/contracts/captures.ts';
import type { Act } from '../../src/contracts/clinical.ts';
import type { Result } from '../../src/contracts/faults.ts';
import { type Destination, DestinationSchema } from '../../src/contracts/outbox.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { createBus } from '../../src/devices/host/bus.ts';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import { startRecorder } from '../../src/devices/host/recorder/recorder.ts';
import { createStream } from '../../src/devices/host/stream.ts';
import { insertAct, updateAct } from '../../src/main/acts/actRows.ts';
import { IDENTITY, measurement, stillCapture } from '../../src/main/acts/builders.ts';
import { planObjects } from '../../src/main/acts/plan.ts';
import { createDestinations } from '../../src/main/outbox/destinations.ts';
import { createQueue } from '../../src/main/outbox/queue/queue.ts';
import { openCaptures } from '../../src/main/store/captures.ts';
import { readKeyFile, writeKeyFile } from '../../src/main/store/keyFile.ts';
import { openStore } from '../../src/main/store/openStore.ts';
import { insertRecording } from '../../src/main/store/recordings.ts';
import { sealBytes } from '../../src/main/store/sealedBytes.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { newOpenKey } from '../../src/record/sealed/header.ts';
import type { OpenKey } from '../../src/record/sealed/types.ts';
import { storeOptions, testKeystore } from '../support/testStore.ts';
import { leadOf, PATIENT, SITE, TWELVE } from './dicomRig.ts';

export const PASSPHRASE = 'à la bonne heure, Françoise';
export { PATIENT };

export function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.fault));
  }
  return result.value;
}

export type Ran = { readonly exit: number; readonly out: string; readonly err: string };

/** Runs a command as the command line does, in this process. */
export async function run(...words: readonly string[]): Promise<Ran> {
  const command = COMMANDS.find((one) => one.words.every((word, at) => words[at] === word));
  if (command === undefined) {
    throw new Error(`no such command: ${words.join(' ')}`);
  }
  const said = { out: '', err: '' };
  const listen = (stream: NodeJS.WriteStream, to: 'out' | 'err') =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[to] += String(text);
      return true;
    });
  const spies = [listen(process.stdout, 'out'), listen(process.stderr, 'err')];
  try {
    const rest = words.slice(command.words.length);
    return { exit: await command.run(rest, new AbortController().signal), ...said };
  } finally {
    for (const spy of spies) {
      spy.mockRestore();
    }
  }
}

/** As a Chariot that runs has it. */
export async function openCart(folder: string): Promise<OpenedStore> {
  const secret = { kind: 'passphrase', passphrase: PASSPHRASE } as const;
  return must(await openStore(storeOptions(folder, { secret })));
}

const ECG = { rateHz: 500, samples: 5000, scale: 2.44 };

/** Twelve leads of a repeatable signal, as the device host records them. */
export async function recordEcg(
  file: string,
  recordingId: string,
  key: OpenKey | null,
): Promise<void> {
  const bus = createBus();
  const recorder = startRecorder({
    file,
    recordingId,
    bus,
    time: systemTime,
    key,
    open: openRecording,
    after: Promise.resolve(),
    onOpened: () => undefined,
    onTrouble: () => undefined,
  });
  const stream = createStream({
    spec: {
      name: 'main',
      kind: 'ecg',
      rateHz: ECG.rateHz,
      channels: TWELVE.map((name, code) => ({ code, name, unit: 'uV' })),
      leads: TWELVE.map((name, channel) => ({
        name,
        code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
        derived: false,
        terms: [{ channel, weight: 1 }],
      })),
    },
    deviceId: 'serial:ECG-1',
    streamId: 7,
    time: systemTime,
    publish: (item) => bus.publish(item),
    calibration: () => ({ state: 'none', dueDate: null }),
    carried: null,
    firstEpoch: 0,
  });
  stream.beginEpoch({ ...IDENTITY, adapterId: 'test.ecg', model: 'ECG-12' });
  const spec = { names: TWELVE, ...ECG, scale: 1, offset: 0, lost: [] };
  const leads = TWELVE.map((name, at) => leadOf(name, at, spec).samples);
  const began = systemTime.nowNs();
  const step = 20;
  for (let from = 0; from < ECG.samples; from += step) {
    const samples = Int32Array.from(leads.flatMap((lead) => [...lead.subarray(from, from + step)]));
    const afterNs = BigInt(Math.round(((from + step) / ECG.rateHz) * 1e9));
    stream.accept({
      stream: 0,
      count: step,
      samples,
      missingBefore: 0,
      readAtNs: began + afterNs,
      channelFlags: new Uint8Array(TWELVE.length),
      scales: new Float64Array(TWELVE.length).fill(ECG.scale),
      testSignal: false,
    });
  }
  must(await recorder.close());
}

export const IDS = {
  act: 'a7c1e5d2-93b4-4f60-8d21-5b6e0f9a3c74',
  /** Of the act. */
  recording: '11111111-2222-4333-8444-555555555555',
  /** Of the time between two acts. */
  unbound: '99999999-2222-4333-8444-555555555555',
};

export const ACT: Act = {
  actId: IDS.act,
  patient: PATIENT,
  state: 'open',
  startedAt: '2026-07-14T22:30:05.000Z',
  endedAt: null,
  operator: { role: 'nurse', familyName: 'Noël', givenName: 'Agnès', rpps: null },
  physician: null,
  reason: 'Dyspnée',
  consent: null,
  report: null,
};

const DESTINATIONS: readonly Destination[] = [
  DestinationSchema.parse({
    destinationId: 'pacs',
    kind: 'dicomweb',
    name: 'PACS',
    url: 'https://pacs.example/dicom-web',
  }),
  DestinationSchema.parse({
    destinationId: 'dmp',
    kind: 'fhir',
    name: 'DMP',
    url: 'https://dmp.example/fhir',
  }),
];

export type CartFolder = {
  readonly folder: string;
  readonly captures: {
    readonly still: string;
    readonly ecg: string;
    readonly value: string;
    /** Taken outside of any act. */
    readonly loose: string;
  };
};

/** A cart's data: one act that was closed and is queued, a recording of it, and one of nobody. */
export async function makeCart(folder: string): Promise<CartFolder> {
  mkdirSync(path.join(folder, 'recordings'), { recursive: true });
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ site: SITE }));
  const store = must(await openStore(storeOptions(folder)));
  try {
    const destinations = createDestinations(store);
    for (const destination of DESTINATIONS) {
      must(await destinations.save(destination));
    }
    must(await store.write((db) => insertAct(db, ACT)));
    await addRecording(store, folder, IDS.recording, ACT);
    await addRecording(store, folder, IDS.unbound, null);
    const captures = await addCaptures(store, folder);
    await closeAct(store);
    return { folder, captures };
  } finally {
    await store.close();
    await lockByPassphrase(folder);
  }
}

/** Chariot's own passphrases cost a second each: one that costs nothing opens as they do. */
const COST = { passes: 1, memoryKiB: 8, lanes: 1 };
const PURPOSE = 'chariot.keys/1 passphrase';

async function lockByPassphrase(folder: string): Promise<void> {
  const storeFolder = path.join(folder, 'store');
  const file = readKeyFile(storeFolder);
  const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
  const key =
    typeof file === 'string' ? null : await testKeystore().unprotect(bytes(file.slot.wrapped));
  if (typeof file === 'string' || key === null) {
    throw new Error('the keys of the test are not there');
  }
  const salt = randomBytes(16);
  const { passes: t, memoryKiB: m, lanes: p } = COST;
  const wrapping = argon2id(PASSPHRASE, salt, { t, m, p, dkLen: key.length });
  const base64 = (of: Uint8Array): string => Buffer.from(of).toString('base64');
  const wrapped = base64(sealBytes(wrapping, key, PURPOSE, randomBytes));
  const slot = { kind: 'passphrase', ...COST, salt: base64(salt), wrapped } as const;
  await writeKeyFile(storeFolder, { ...file, slot });
}

async function addRecording(
  store: OpenedStore,
  folder: string,
  recordingId: string,
  act: Act | null,
): Promise<void> {
  const key = newOpenKey(store.fileKeys.current(), randomBytes);
  const fileName = `${recordingId}.sealed`;
  const row = {
    recordingId,
    actId: act?.actId ?? null,
    fileName,
    header: key.header,
    binding: act?.patient.patientId ?? null,
    startedAt: '2026-07-14T22:30:05.000Z',
  };
  must(await store.write((db) => insertRecording(db, row)));
  await recordEcg(path.join(folder, 'recordings', fileName), recordingId, key);
  const end = 'UPDATE recordings SET ended_at = ? WHERE recording_id = ?';
  must(await store.write((db) => db.prepare(end).run(row.startedAt, recordingId)));
}

/** Those of a recording whole, as a range that holds all of it. */
const EXCERPT = { streamId: 7, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
export const PNG = encode({
  width: 3,
  height: 2,
  channels: 3,
  depth: 8,
  data: Uint8Array.from({ length: 18 }, (_, at) => at * 13),
});

async function addCaptures(store: OpenedStore, folder: string): Promise<CartFolder['captures']> {
  const captures = must(
    await openCaptures({
      store,
      folder,
      newId: () => crypto.randomUUID(),
      nowIso: () => '2026-07-14T22:45:01.000Z',
      random: randomBytes,
    }),
  );
  const owned = {
    actId: ACT.actId,
    patientId: PATIENT.patientId,
    bodySite: null,
    provenance: { ...stillCapture().provenance, binding: PATIENT.patientId },
  };
  const takenAt = '2026-07-14T22:45:00.000Z';
  const still: CaptureContent = { ...stillCapture().content, takenAt };
  const excerpt = { recordingId: IDS.recording, ...EXCERPT };
  const value = measurement({ time: takenAt, binding: PATIENT.patientId });
  const kept = async (content: CaptureContent, bytes: Uint8Array | null, context = owned) =>
    must(await captures.save(content, bytes, context)).captureId;
  const nobody = { ...owned.provenance, binding: null };
  return {
    still: await kept(still, PNG),
    ecg: await kept({ kind: 'ecg', takenAt, excerpt }, null),
    value: await kept({ kind: 'measurement', takenAt, value }, null),
    loose: must(
      await captures.save(still, PNG, {
        ...owned,
        actId: null,
        patientId: null,
        provenance: nobody,
      }),
    ).captureId,
  };
}

async function closeAct(store: OpenedStore): Promise<void> {
  const closed: Act = {
    ...ACT,
    state: 'closed',
    endedAt: '2026-07-14T22:55:00.000Z',
    report: { text: 'Bronchite.', signedBy: null, signedAt: null },
  };
  must(await store.write((db) => updateAct(db, closed)));
  const list = 'SELECT record FROM captures WHERE act_id = ?';
  const records = store.db.prepare<[string], string>(list).pluck().all(ACT.actId);
  const objects = planObjects(
    closed,
    records.map((record) => JSON.parse(record)),
    [],
    DESTINATIONS,
    { site: SITE, software: '0.1.0' },
  ).filter(({ destinations }) => destinations.length > 0);
  must(await queueOf(store).enqueue(objects));
}

export function queueOf(store: OpenedStore, runId = 'test') {
  return createQueue({ store, now: Date.now, random: () => 0.5, runId });
}
