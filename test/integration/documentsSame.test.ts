import { parseDicom } from 'dicom-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentsRig, type DocumentsRig, must } from './documentsRig.ts';

const AUCKLAND = 'Pacific/Auckland';
const AHEAD_IN_NOVEMBER_MINUTES = -780;

let rig: DocumentsRig;
let zone: string | undefined;
beforeEach(() => {
  zone = process.env['TZ'];
});
afterEach(async () => {
  setZone(zone);
  await rig.close();
});

function setZone(name: string | undefined): void {
  if (name === undefined) {
    delete process.env['TZ'];
  } else {
    process.env['TZ'] = name;
  }
}

/** Kind and hash of everything that leaves. */
async function everything(): Promise<string[]> {
  const made: string[] = [];
  for (const object of rig.objects()) {
    const { payload } = must(await rig.make(object));
    made.push(`${object.objectId} ${object.kind} ${payload.bytes} ${payload.sha256}`);
  }
  return made;
}

async function madeOnTheOtherSide(): Promise<string[]> {
  setZone(AUCKLAND);
  // Or the test would prove nothing.
  expect(new Date('2026-11-22T08:00:00Z').getTimezoneOffset()).toBe(AHEAD_IN_NOVEMBER_MINUTES);
  return everything();
}

describe('a document that is made again', () => {
  it('is the same one, also after a start of Chariot and on the other side of the Earth', async () => {
    rig = await createDocumentsRig();
    const first = await everything();
    expect(await everything()).toEqual(first);
    await rig.reopen();
    expect(await everything()).toEqual(first);
    expect(await madeOnTheOtherSide()).toEqual(first);
  });

  it('tells the hour of a device that keeps its own, wherever it is made', async () => {
    rig = await createDocumentsRig({}, { origin: 'stored', recordedAt: '2026-11-22T09:05:00' });
    const first = await everything();
    expect(await madeOnTheOtherSide()).toEqual(first);
    const { bytes } = must(await rig.make(rig.object('dicomEcg')));
    expect(parseDicom(bytes).string('x0008002a')).toBe('20261122090500.000+0100');
  });

  it('does not change when a capture is corrected after the act was closed', async () => {
    rig = await createDocumentsRig({ endedAt: '2026-11-22T08:09:00.000Z' });
    const before = await everything();
    const { captureId } = rig.captured.still;
    const reason = 'Oreille gauche, et non droite';
    must(await rig.captures().correct({ captureId, bodySite: null, reason }));
    const added = (await everything()).filter((one) => !before.includes(one));
    expect(added).toEqual([expect.stringContaining('dicomImage')]);
  });
});
