import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../src/contracts/captures.ts';
import type { Captures } from '../../src/main/store/captures.ts';
import type { OpenedStore } from '../../src/main/store/types.ts';
import { NO_CONTEXT, openTestCaptures, pictureOf, STILL } from '../support/testCaptures.ts';
import { openTestStore } from '../support/testStore.ts';

const ACT = '11111111-1111-4111-8111-111111111111';
const PICTURE = pictureOf(randomBytes(50_000));
const EAR = { code: '117590005', display: 'Ear', laterality: 'left' } as const;

let folder = '';
let store: OpenedStore;
let captures: Captures;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chariot-captures-'));
  store = await openTestStore(folder);
  captures = await openTestCaptures(store, folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function reopen(): Promise<void> {
  await store.close();
  store = await openTestStore(folder);
  captures = await openTestCaptures(store, folder);
}

async function save(context = NO_CONTEXT): Promise<CaptureRecord> {
  const saved = await captures.save(STILL, PICTURE, context);
  if (!saved.ok) throw new Error(saved.fault.code);
  return saved.value;
}

async function beginAct(state: 'open' | 'closed' = 'open'): Promise<void> {
  const insert = "INSERT INTO acts VALUES (?, 'p', ?, '2026', NULL, '{}')";
  await store.write((db) => db.prepare(insert).run(ACT, state));
}

const files = (at = ''): string[] => readdirSync(join(folder, 'captures', at)).toSorted();

describe('captures', () => {
  it('are kept sealed, and read back as they were', async () => {
    await beginAct();
    const record = await save({ ...NO_CONTEXT, actId: ACT, bodySite: EAR });
    expect(record.file).toEqual({
      name: `${record.captureId}.sealed`,
      mediaType: 'image/png',
      bytes: PICTURE.length,
      sha256: createHash('sha256').update(PICTURE).digest('hex'),
    });
    await reopen();
    expect(captures.list(ACT)).toEqual([record]);
    expect(captures.list(null)).toEqual([]);
    const read = await captures.read(record.captureId);
    expect(read.ok && Buffer.from(read.value.bytes).equals(PICTURE)).toBe(true);
    const sealed = readFileSync(join(folder, 'captures', record.file?.name ?? ''));
    expect(sealed.includes('IHDR')).toBe(false);
  });

  it('are not kept where they are not what they are said to be', async () => {
    const malformed = { ok: false, fault: { code: 'CAPTURE_MALFORMED' } };
    const other = { ...STILL, widthPx: 4 };
    expect(await captures.save(other, PICTURE, NO_CONTEXT)).toEqual(malformed);
    expect(await captures.save(STILL, null, NO_CONTEXT)).toEqual(malformed);
    expect(await captures.save(STILL, randomBytes(100), NO_CONTEXT)).toEqual(malformed);
    expect(files()).toEqual([]);
  });

  it('belong to an act that is open, and leave nothing behind where it is not', async () => {
    const context = { ...NO_CONTEXT, actId: ACT };
    expect(await captures.save(STILL, PICTURE, context)).toMatchObject({
      fault: { code: 'ACT_UNKNOWN' },
    });
    await beginAct('closed');
    expect(await captures.save(STILL, PICTURE, context)).toMatchObject({
      fault: { code: 'ACT_CLOSED' },
    });
    expect(files()).toEqual([]);
  });

  it('are never changed and never deleted: the database itself refuses', async () => {
    const { captureId } = await save();
    const forbidden = [
      "UPDATE captures SET record = '{}'",
      "UPDATE captures SET act_id = 'other'",
      "UPDATE captures SET saved_at = '2020'",
      'UPDATE captures SET file_name = NULL',
      'DELETE FROM captures',
    ];
    for (const sql of forbidden) {
      await expect(
        store.write((db) => db.exec(sql)),
        sql,
      ).rejects.toThrow('capture');
    }
    expect(captures.find(captureId)?.captureId).toBe(captureId);
  });

  it('are marked as purged once, and stay listed', async () => {
    const { captureId } = await save();
    const purge = "UPDATE captures SET purged_at = '2026-02-01'";
    expect(await store.write((db) => db.prepare(purge).run().changes)).toEqual({
      ok: true,
      value: 1,
    });
    await expect(store.write((db) => db.exec(purge))).rejects.toThrow('purged once');
    await expect(
      store.write((db) => db.exec('UPDATE captures SET purged_at = NULL')),
    ).rejects.toThrow('purged once');
    expect(captures.find(captureId)?.captureId).toBe(captureId);
  });

  it('are corrected by new ones that name them, also after the act was closed', async () => {
    await beginAct();
    const first = await save({ ...NO_CONTEXT, actId: ACT });
    await store.write((db) => db.exec("UPDATE acts SET state = 'closed'"));
    const corrected = await captures.correct({
      captureId: first.captureId,
      bodySite: EAR,
      reason: 'oreille gauche',
    });
    expect(corrected).toMatchObject({
      ok: true,
      value: { corrects: first.captureId, correctionReason: 'oreille gauche', bodySite: EAR },
    });
    const second = corrected.ok ? corrected.value : first;
    expect(captures.find(first.captureId)).toEqual(first);
    expect(
      captures
        .list(ACT)
        .map(({ captureId }) => captureId)
        .toSorted(),
    ).toEqual([first.captureId, second.captureId].toSorted());
    const read = await captures.read(second.captureId);
    expect(read.ok && Buffer.from(read.value.bytes).equals(PICTURE)).toBe(true);
    const unknown = { captureId: ACT, bodySite: null, reason: '' };
    expect(await captures.correct(unknown)).toMatchObject({ fault: { code: 'CAPTURE_UNKNOWN' } });
  });

  it('outlive the loss of their act: read, and no bug to correct', async () => {
    await beginAct();
    const { captureId } = await save({ ...NO_CONTEXT, actId: ACT });
    // As a salvage leaves it whose page of acts was damaged.
    store.db.pragma('foreign_keys = OFF');
    store.db.exec('DELETE FROM acts');
    store.db.pragma('foreign_keys = ON');
    expect((await captures.read(captureId)).ok).toBe(true);
    expect(await captures.correct({ captureId, bodySite: EAR, reason: '' })).toMatchObject({
      fault: { code: 'ACT_UNKNOWN' },
    });
  });

  it('that are damaged on the disk are not given out', async () => {
    const { captureId } = await save();
    const file = join(folder, 'captures', `${captureId}.sealed`);
    const sealed = readFileSync(file);
    sealed[20_000] = (sealed[20_000] ?? 0) ^ 1;
    writeFileSync(file, sealed);
    expect(await captures.read(captureId)).toMatchObject({ fault: { code: 'SEALED_DAMAGED' } });
    rmSync(file);
    expect((await captures.read(captureId)).ok).toBe(false);
  });

  it('whose row a crash took are put aside, and parts of files are removed', async () => {
    const { captureId } = await save();
    const named = `${captureId}.sealed`;
    writeFileSync(join(folder, 'captures', 'nobody.sealed'), 'a whole file');
    writeFileSync(join(folder, 'captures', 'half.sealed.part'), 'half a file');
    mkdirSync(join(folder, 'captures', 'a-folder'));
    await reopen();
    expect(files()).toEqual([named, 'a-folder', 'without-row'].toSorted());
    expect(files('without-row')).toEqual(['nobody.sealed']);
    expect((await captures.read(captureId)).ok).toBe(true);
  });
});
