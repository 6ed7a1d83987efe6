import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import type { CaptureContent, CaptureRecord } from '../../src/contracts/captures.ts';
import type { Act } from '../../src/contracts/clinical.ts';
import { SiteSchema } from '../../src/contracts/clinical.ts';
import type { Lead, StreamDescriptor } from '../../src/contracts/devices.ts';
import type { Result } from '../../src/contracts/faults.ts';
import type { ObjectKind } from '../../src/contracts/outbox.ts';
import { type BlockUnit, encodeBlock } from '../../src/contracts/sampleBlock.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { createBus, type HostItem } from '../../src/devices/host/bus.ts';
import { openRecording } from '../../src/devices/host/recorder/openRecording.ts';
import { startRecorder } from '../../src/devices/host/recorder/recorder.ts';
import { insertAct, updateAct } from '../../src/main/acts/actRows.ts';
import {
  act as buildAct,
  IDENTITY,
  measurement,
  stillCapture,
} from '../../src/main/acts/builders.ts';
import { planObjects } from '../../src/main/acts/plan.ts';
import { RECORDINGS_FOLDER } from '../../src/main/acts/recordingBook.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { createPrepare } from '../../src/main/documents/prepare.ts';
import type { NewObject, Payload, Prepare } from '../../src/main/outbox/types.ts';
import { type Captures, openCaptures } from '../../src/main/store/captures.ts';
import { endRecording, insertRecording } from '../../src/main/store/recordings.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { newOpenKey } from '../../src/record/sealed/header.ts';
import { remux } from '../../src/renderer/features/examCamera/remux.ts';
import { openTestStore } from '../support/testStore.ts';

export const REPORT_FOLDER = path.resolve(import.meta.dirname, '../../resources/report');
const CLIP = path.resolve(import.meta.dirname, '../captures/media-recorder/vp8.webm');
export const SITE = SiteSchema.parse({
  institution: 'EHPAD « Les Œillets »',
  finess: '750803447',
  stationName: 'CART-1',
});
export const SOFTWARE = '0.1.0';
export const RATE = 500;
export const ECG_SECONDS = 12;
export const COUNT_UV = 0.5;
export const TWELVE = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');
const DERIVED = new Set(['III', 'aVR', 'aVL', 'aVF']);
const BLOCK = 50;
const NOW = '2026-11-22T08:10:00.000Z';

/** A signal of whole counts, another on each channel. */
export function countAt(channel: number, sample: number): number {
  return Math.round(400 * Math.sin(sample / (9 + channel)) + ((sample * 7 + channel) % 23));
}

/** A picture of which every pixel is known. */
export const PICTURE = { widthPx: 41, heightPx: 23 };
export const PIXELS = Uint8Array.from(
  { length: PICTURE.widthPx * PICTURE.heightPx * 3 },
  (_, index) => (index * 37 + (index >> 5)) & 0xff,
);
export const SOUND = Float32Array.from({ length: 4_001 }, (_, at) => Math.sin(at / 7) * 0.6);
const SOUND_HZ = 8_000;

export const REPORT = {
  text: 'Otite droite. Surveillance de la température, SpO₂ ≥ 94 %.',
  signedBy: {
    role: 'physician',
    familyName: 'Çelik-Ångström',
    givenName: 'Zoé',
    rpps: '10000001379',
  },
  signedAt: '2026-11-22T08:19:00.000Z',
} as const;

export type Made = { readonly payload: Payload; readonly bytes: Buffer };

export type DocumentsRig = {
  readonly folder: string;
  readonly captures: () => Captures;
  readonly store: () => OpenedStore;
  readonly prepare: () => Prepare;
  readonly act: Act;
  readonly recordingId: string;
  /** By the name that the rig gave them. */
  readonly captured: Readonly<Record<CaptureName, CaptureRecord>>;
  /** What leaves of the act, as it is planned when it is closed. */
  readonly objects: () => NewObject[];
  readonly object: (kind: ObjectKind, captureId?: string) => NewObject;
  readonly make: (object: NewObject) => Promise<Result<Made>>;
  /** The store is closed and opened again, as after a start of Chariot. */
  readonly reopen: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const CAPTURES = ['still', 'skin', 'sound', 'clip', 'ecg', 'spo2', 'effort'] as const;
type CaptureName = (typeof CAPTURES)[number];

export function must<T>(result: Result<T>): T {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.fault));
  }
  return result.value;
}

export function wavOf(samples: Float32Array, rateHz: number): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 4);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(3, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rateHz, 24);
  bytes.writeUInt32LE(rateHz * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(32, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 4, 40);
  bytes.set(new Uint8Array(samples.buffer), 44);
  return new Uint8Array(bytes);
}

/** A whole act in a store of its own: recorded, captured, closed. */
export async function createDocumentsRig(
  changes: Partial<Act> = {},
  stream: Partial<StreamDescriptor> = {},
): Promise<DocumentsRig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chariot-documents-'));
  let named = 0;
  const openAll = async () => {
    const store = await openTestStore(folder);
    const captures = must(
      await openCaptures({
        store,
        folder,
        newId: () => uuidOf('capture', String(named++)),
        nowIso: () => NOW,
        random: randomBytes,
      }),
    );
    const prepare = createPrepare({ store, folder, captures, reportFolder: REPORT_FOLDER });
    return { store, captures, prepare };
  };
  let open = await openAll();
  const act = buildAct({ report: REPORT, ...changes });
  const { store } = open;
  must(await store.write((db) => insertAct(db, { ...act, state: 'open', endedAt: null })));
  const recordingId = await record(store, folder, act, stream);
  const captured = await captureAll(open.captures, act, recordingId);
  must(
    await store.write((db) => {
      endRecording(db, recordingId, act.endedAt ?? NOW);
      updateAct(db, act);
    }),
  );

  const objects = (): NewObject[] =>
    planObjects(act, open.captures.list(act.actId), [recordingId], [], {
      site: SITE,
      software: SOFTWARE,
    });
  return {
    folder,
    captures: () => open.captures,
    store: () => open.store,
    prepare: () => open.prepare,
    act,
    recordingId,
    captured,
    objects,
    object: (kind, captureId) => {
      const wanted = captureId === undefined ? null : uuidOf(act.actId, kind, captureId);
      const found = objects().find(
        (one) => one.kind === kind && (wanted === null || one.objectId === wanted),
      );
      if (found === undefined) {
        throw new Error(`no ${kind} was planned`);
      }
      return found;
    },
    make: async (object) => {
      const payload = await open.prepare(object);
      return payload.ok
        ? { ok: true, value: { payload: payload.value, bytes: await bytesOf(payload.value) } }
        : payload;
    },
    reopen: async () => {
      await open.store.close();
      open = await openAll();
    },
    close: async () => {
      await open.store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function bytesOf(payload: Payload): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of payload.open()) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function pngOf(data: Uint8Array): Uint8Array {
  const { widthPx: width, heightPx: height } = PICTURE;
  return encode({ width, height, data, channels: 3, depth: 8 });
}

async function captureAll(
  captures: Captures,
  act: Act,
  recordingId: string,
): Promise<Record<CaptureName, CaptureRecord>> {
  const save = async (
    content: CaptureContent,
    bytes: Uint8Array | null = null,
    bodySite: CaptureRecord['bodySite'] = null,
  ) => must(await captures.save(content, bytes, { ...contextOf(act, content), bodySite }));
  const still = stillCapture().content;
  if (still.kind !== 'still') {
    throw new Error('the builder makes a still');
  }
  const excerpt = { recordingId, streamId: 1, fromMs: 0, toMs: 10_000 };
  const { device, takenAt, hostTimeMs } = still;
  const common = { device, takenAt, hostTimeMs };
  const clip = await remux(new Blob([new Uint8Array(readFileSync(CLIP))]));
  if (clip === null) {
    throw new Error('the clip is one');
  }
  const { widthPx, heightPx, durationMs } = clip;
  const effort = (['fvc', 'fev1'] as const).map((name) =>
    measurement({ name, value: name === 'fvc' ? 3.12 : 2.41, reading: 'e1', time: NOW }),
  );
  const ear = { code: '117590005', display: 'Ear', laterality: 'right' } as const;
  return {
    still: await save({ ...still, ...PICTURE }, pngOf(PIXELS), ear),
    skin: await save(
      { ...still, ...PICTURE, purpose: 'dermatoscope' },
      pngOf(PIXELS.map((value) => 255 - value)),
    ),
    sound: await save(
      {
        ...common,
        kind: 'audio',
        mediaType: 'audio/wav',
        rateHz: SOUND_HZ,
        samples: SOUND.length,
      },
      wavOf(SOUND, SOUND_HZ),
    ),
    clip: await save(
      {
        ...common,
        kind: 'clip',
        mediaType: 'video/webm',
        purpose: 'other',
        widthPx,
        heightPx,
        durationMs,
      },
      clip.bytes,
    ),
    ecg: await save({ kind: 'ecg', takenAt: NOW, excerpt }),
    spo2: await save({ kind: 'measurement', takenAt: NOW, value: measurement() }),
    effort: await save({
      kind: 'spirometryEffort',
      takenAt: NOW,
      excerpt: { ...excerpt, streamId: 2 },
      values: effort,
    }),
  };
}

function contextOf(act: Act, content: CaptureContent) {
  const { provenance } = stillCapture();
  const fromHost = !('device' in content);
  return {
    actId: act.actId,
    patientId: act.patient.patientId,
    provenance: {
      ...provenance,
      operator: act.operator,
      binding: act.patient.patientId,
      ...(fromHost
        ? { deviceId: 'openbci.cyton#DM00Q1', identity: IDENTITY, browserDevice: null }
        : {}),
    },
  };
}

const LEADS: Lead[] = TWELVE.map((name, channel) => ({
  name,
  code: `MDC_ECG_LEAD_${name.toUpperCase()}`,
  derived: DERIVED.has(name),
  terms: [{ channel, weight: 1 }],
}));

function descriptorOf(
  streamId: number,
  channels: readonly (readonly [string, BlockUnit])[],
  changes: Partial<StreamDescriptor>,
): StreamDescriptor {
  return {
    streamId,
    epoch: 0,
    deviceId: 'openbci.cyton#DM00Q1',
    identity: IDENTITY,
    kind: 'ecg',
    name: 'main',
    rateHz: RATE,
    channels: channels.map(([name, unit], code) => ({ code, name, unit })),
    leads: [],
    calibration: { state: 'none', dueDate: null },
    origin: 'live',
    recordedAt: null,
    startedAt: '2026-11-22T08:08:00.000Z',
    ...changes,
  };
}

function blockOf(descriptor: StreamDescriptor, scale: number, seq: number): HostItem {
  const { streamId, channels, rateHz } = descriptor;
  const name = { streamId, epoch: 0, seq };
  const firstSample = seq * BLOCK;
  const samples = Int32Array.from({ length: channels.length * BLOCK }, (_, at) =>
    countAt(Math.floor(at / BLOCK), firstSample + (at % BLOCK)),
  );
  const bytes = encodeBlock({
    ...name,
    flags: 0,
    firstSample,
    deviceTimeMs: (firstSample * 1000) / rateHz,
    hostTimeNs: BigInt(Math.round(((firstSample + BLOCK) * 1e9) / rateHz)),
    rateHz,
    samplesPerChannel: BLOCK,
    channels: channels.map(({ unit }, code) => ({ code, flags: 0, unit, scale })),
    samples,
  });
  return { kind: 'block', name, bytes };
}

/** Twelve leads and a spirometer's flow, through the device host's own recorder, sealed. */
async function record(
  store: OpenedStore,
  folder: string,
  act: Act,
  stream: Partial<StreamDescriptor>,
): Promise<string> {
  const recordingId = uuidOf('recording', act.actId);
  const key = newOpenKey(store.fileKeys.current(), randomBytes);
  const fileName = `${recordingId}.sealed`;
  const binding = act.patient.patientId;
  const row = {
    recordingId,
    actId: act.actId,
    fileName,
    header: key.header,
    binding,
    startedAt: NOW,
  };
  must(await store.write((db) => insertRecording(db, row)));
  mkdirSync(path.join(folder, RECORDINGS_FOLDER), { recursive: true });
  const bus = createBus();
  const recorder = startRecorder({
    file: path.join(folder, RECORDINGS_FOLDER, fileName),
    recordingId,
    bus,
    time: systemTime,
    open: openRecording,
    key,
    after: Promise.resolve(),
    onTrouble: (fault) => {
      throw new Error(fault?.code ?? 'no trouble');
    },
    onOpened: () => undefined,
  });
  must(await recorder.opened);
  const ecg = descriptorOf(
    1,
    TWELVE.map((name) => [name, 'uV']),
    { leads: LEADS, ...stream },
  );
  const flow = descriptorOf(2, [['flow', 'litrePerSecond']], { kind: 'spirometry' });
  bus.publish({ kind: 'descriptor', descriptor: ecg });
  bus.publish({ kind: 'descriptor', descriptor: flow });
  for (let seq = 0; seq < (ECG_SECONDS * RATE) / BLOCK; seq++) {
    bus.publish(blockOf(ecg, COUNT_UV, seq));
    bus.publish(blockOf(flow, 0.01, seq));
  }
  must(await recorder.close());
  return recordingId;
}
