import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureContent } from '../../src/contracts/captures.ts';
import { insertAct } from '../../src/main/acts/actRows.ts';
import { ACT_ID, act, PATIENT_ID, stillCapture } from '../../src/main/acts/builders.ts';
import { purgeAct, purgeNobodys } from '../../src/main/acts/purge.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { insertCapture } from '../../src/main/store/captureRows.ts';
import { insertRecording, recordingsOf } from '../../src/main/store/recordings.ts';
import type { Connection, OpenedStore } from '../../src/main/store/types.ts';
import { openTestStore } from '../support/testStore.ts';

const NOW = '2026-11-30T08:00:00.000Z';
const STILL = stillCapture();
const ECG_ID = '7b7b7b7b-1e52-4a83-b6d7-9c0e2f5a8b31';
const ECG: CaptureContent = {
  kind: 'ecg',
  takenAt: NOW,
  excerpt: { recordingId: 'r1', streamId: 1, fromMs: 0, toMs: 1 },
};
const OBJECTS = {
  still: uuidOf(ACT_ID, 'dicomImage', STILL.captureId),
  ecg: uuidOf(ACT_ID, 'dicomEcg', ECG_ID),
  recording: uuidOf(ACT_ID, 'recording', 'r1'),
};

let folder = '';
let store: OpenedStore;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'chariot-purge-'));
  store = await openTestStore(folder);
  for (const name of ['captures', 'recordings']) {
    mkdirSync(path.join(folder, name));
  }
  await store.write((db) => {
    insertAct(db, act());
    insertCapture(db, STILL);
    insertCapture(db, { ...STILL, captureId: ECG_ID, content: ECG, file: null });
    addRecording(db, 'r1', ACT_ID);
  });
  writeFileSync(path.join(folder, 'captures', 'still.sealed'), 'x');
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function addRecording(
  db: Connection,
  recordingId: string,
  actId: string | null,
  startedAt = '2026-11-22T08:00:00.000Z',
): void {
  const fileName = `${recordingId}.sealed`;
  const header = { fileId: '00'.repeat(16), wrapGeneration: 1, wrappedKey: new Uint8Array(60) };
  const binding = actId === null ? null : PATIENT_ID;
  insertRecording(db, { recordingId, actId, fileName, header, binding, startedAt });
  writeFileSync(path.join(folder, 'recordings', fileName), 'x');
}

const purge = (
  objectIds: readonly string[],
  elsewhere: readonly string[] = objectIds,
): Promise<void> =>
  purgeAct(
    { actId: ACT_ID, objectIds },
    {
      store,
      folder,
      nowIso: () => NOW,
      isHeldElsewhere: (_actId, objectId) => elsewhere.includes(objectId),
    },
  );
const left = (): string[] =>
  ['captures', 'recordings'].flatMap((name) => readdirSync(path.join(folder, name)));

describe('purging an act', () => {
  it('takes away what is held elsewhere, and keeps every row', async () => {
    await purge(Object.values(OBJECTS));
    expect(left()).toEqual([]);
    expect(recordingsOf(store.db, ACT_ID)).toMatchObject([{ purgedAt: NOW }]);
    const rows = store.db.prepare('SELECT kind, purged_at FROM captures ORDER BY kind').all();
    expect(rows).toEqual([
      { kind: 'ecg', purged_at: null },
      { kind: 'still', purged_at: NOW },
    ]);
  });

  it('keeps a file that no destination was to get', async () => {
    await purge([OBJECTS.ecg, OBJECTS.recording]);
    expect(left()).toEqual(['still.sealed']);
  });

  it('keeps a recording in which something is marked that nobody holds', async () => {
    await purge([OBJECTS.still, OBJECTS.recording]);
    expect(left()).toEqual(['r1.sealed']);
  });

  it('does not take the hub of this very cart for a second place', async () => {
    await purge(Object.values(OBJECTS), [OBJECTS.still, OBJECTS.ecg]);
    expect(left()).toEqual(['r1.sealed']);
  });

  it('says where its rows could not be marked, and does the rest the next time', async () => {
    const { write } = store;
    store = { ...store, write: () => Promise.resolve({ ok: false, fault: { code: 'STORE_IO' } }) };
    await expect(purge(Object.values(OBJECTS))).rejects.toThrow('STORE_IO');
    store = { ...store, write };
    await purge(Object.values(OBJECTS));
    expect(recordingsOf(store.db, ACT_ID)).toMatchObject([{ purgedAt: NOW }]);
  });
});

describe('recordings of nobody', () => {
  it('go after a day, unless they run or something is marked in them', async () => {
    await store.write((db) => {
      addRecording(db, 'old', null);
      addRecording(db, 'marked', null);
      addRecording(db, 'running', null);
      addRecording(db, 'today', null, '2026-11-29T20:00:00.000Z');
      const content = { ...ECG, excerpt: { ...ECG.excerpt, recordingId: 'marked' } };
      const captureId = '1c1c1c1c-1e52-4a83-b6d7-9c0e2f5a8b31';
      const nobody = { actId: null, patientId: null, file: null };
      insertCapture(db, { ...STILL, ...nobody, captureId, content });
    });
    const deps = { store, folder, nowIso: () => NOW };
    expect(await purgeNobodys(deps, 'running')).toBe(1);
    expect(await purgeNobodys(deps, 'running')).toBe(0);
    expect(existsSync(path.join(folder, 'recordings', 'old.sealed'))).toBe(false);
    expect(left()).toHaveLength(5);
  });
});
