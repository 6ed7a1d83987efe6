import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SampleBlock } from '../../src/contracts/sampleBlock.ts';
import { systemTime } from '../../src/devices/_sdk/time.ts';
import { importToRecording } from '../../src/devices/file.import/toRecording.ts';
import { readRecording } from '../../src/record/reader.ts';
import { verifyRecording } from '../../src/record/verify.ts';
import { type EdfSpec, writeEdf } from '../captures/file.import/writers/edf.ts';

const SHARED =
  process.env['CHARIOT_SHARED'] ?? new URL('../../../shared/data/', import.meta.url).pathname;
const FILES = [
  ['scp-ecg/Example.scp', 'scp-ecg', 12, 5_000],
  ['aecg/hl7aecg_example.xml', 'aecg', 12, null],
  ['dicom-ecg/waveform_ecg.dcm', 'dicom', 12, 10_000],
] as const;

const RATE = 250;
/** Four records of a second; each count tells its own place. Generated. */
const RECORDS = [0, 1, 2, 3].map((record) =>
  Array.from({ length: RATE }, (_, index) => record * 1_000 + index - 2_000),
);
/** Half a second is missing before the third record. */
const EDF: EdfSpec = {
  kind: 'EDF+D',
  seconds: 1,
  signals: [
    {
      label: 'ECG II',
      unit: 'uV',
      physical: [-3_276.8, 3_276.7],
      digital: [-32_768, 32_767],
      records: RECORDS,
    },
  ],
  tals: ['+0', '+1', '+2.5', '+3.5'].map((onset) => `${onset}\x14\x14\0`),
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chariot-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function imported(file: string) {
  const result = await importToRecording(file, join(folder, 'out'), systemTime);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.fault));
  }
  return result.value;
}

describe('an ECG file as a recording', () => {
  it.skipIf(!existsSync(SHARED)).each(FILES)(
    'reads %s whole (skips where the sample data is absent)',
    async (name, format, leads, samples) => {
      const report = await imported(join(SHARED, name));
      expect(report.format).toBe(format);
      const verified = await verifyRecording(report.recording);
      expect(verified).toMatchObject({ ok: true, value: { whole: true, gaps: 0 } });
      if (verified.ok) {
        const [descriptor] = verified.value.descriptors;
        expect(descriptor?.leads).toHaveLength(leads);
        expect(descriptor).toMatchObject({ kind: 'ecg', origin: 'stored' });
        expect(verified.value.samples).toBe(samples ?? report.streams[0]?.samples);
      }
    },
  );

  it('begins anew where an import was cut short before its notes were written', async () => {
    const file = join(folder, 'gap.edf');
    await writeFile(file, writeEdf(EDF));
    const first = await imported(file);
    await rm(first.notes);
    const again = await imported(file);
    expect(again).toMatchObject({ alreadyThere: false, recording: first.recording });
    expect(existsSync(again.notes)).toBe(true);
    const verified = await verifyRecording(again.recording);
    const samples = RECORDS.length * RATE;
    expect(verified).toMatchObject({ ok: true, value: { whole: true, samples } });
    expect(await imported(file)).toMatchObject({ alreadyThere: true });
  });

  it('keeps counts, scale, and the hole of an interrupted file', async () => {
    const file = join(folder, 'gap.edf');
    await writeFile(file, writeEdf(EDF));
    const report = await imported(file);
    const blocks: SampleBlock[] = [];
    const read = await readRecording(report.recording, { onBlock: (block) => blocks.push(block) });
    expect(read.ok).toBe(true);
    const counts = blocks.flatMap((block) => [
      ...block.samples.subarray(0, block.samplesPerChannel),
    ]);
    expect(counts).toEqual(RECORDS.flat());
    expect(blocks[0]?.channels).toMatchObject([{ unit: 'uV', scale: 0.1 }]);
    const first = blocks.map((block) => block.firstSample);
    const after = blocks.find((block) => block.flags !== 0);
    expect(after?.firstSample).toBe(2 * 250 + 125);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    const again = await imported(file);
    expect(again.alreadyThere).toBe(true);
  });

  it('refuses a file that is cut short, and leaves nothing behind', async () => {
    const cut = join(folder, 'cut.edf');
    await writeFile(cut, writeEdf(EDF).subarray(0, -300));
    const result = await importToRecording(cut, join(folder, 'out'), systemTime);
    expect(result).toMatchObject({ ok: false, fault: { code: 'IMPORT_INCOMPLETE' } });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('says that a file is not there', async () => {
    const result = await importToRecording(join(folder, 'no'), folder, systemTime);
    expect(result).toMatchObject({ ok: false, fault: { code: 'IMPORT_NOT_FOUND' } });
  });
});
