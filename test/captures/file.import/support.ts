import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Fault, Result } from '../../../src/contracts/faults.ts';
import type {
  ImportedChannel,
  ImportedRecording,
} from '../../../src/devices/file.import/recording.ts';

const SHARED =
  process.env['CHARIOT_SHARED'] ?? join(import.meta.dirname, '../../../../shared/data');

/** The public file, or null where the data folder is not beside the checkout. */
export function sharedFile(path: string): Uint8Array | null {
  const full = join(SHARED, path);
  return existsSync(full) ? new Uint8Array(readFileSync(full)) : null;
}

export const SAVE2GDF = '/usr/bin/save2gdf';
export const hasBiosig = existsSync(SAVE2GDF);

export function imported(result: Result<ImportedRecording>): ImportedRecording {
  expect(result.ok ? null : result.fault).toBeNull();
  if (!result.ok) {
    throw new Error(result.fault.code);
  }
  return result.value;
}

export function refused(result: Result<ImportedRecording>): Fault {
  expect(result.ok).toBe(false);
  if (result.ok) {
    throw new Error('was imported');
  }
  return result.fault;
}

/** `<code> <reason>` of a refusal. */
export function reasonOf(result: Result<ImportedRecording>): string {
  const { code, params } = refused(result);
  return `${code} ${params?.['reason']}`;
}

export type LeadFigures = {
  readonly lead: string;
  readonly scale: number;
  readonly count: number;
  readonly head: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sha256: string;
};

/** The same figures of a channel as the independent readers computed; sha256 of Int32 LE counts. */
export function figuresOf(channel: ImportedChannel): Omit<LeadFigures, 'lead'> {
  const { samples, scale } = channel;
  const bytes = Buffer.alloc(samples.length * 4);
  samples.forEach((value, index) => {
    bytes.writeInt32LE(value, index * 4);
  });
  return {
    scale,
    count: samples.length,
    head: [...samples.subarray(0, 4)],
    min: samples.reduce((least, value) => Math.min(least, value)),
    max: samples.reduce((most, value) => Math.max(most, value)),
    sum: samples.reduce((total, value) => total + value, 0),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Physical values of a channel. */
export function valuesOf({ samples, scale, offset }: ImportedChannel): number[] {
  return [...samples].map((count) => count * scale + offset);
}

/** Runs biosig over a file. @returns a text of values for each channel that it found. */
export function biosigValues(bytes: Uint8Array, name: string): number[][] {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-import-'));
  try {
    writeFileSync(join(folder, name), bytes);
    execFileSync(SAVE2GDF, ['-f=ASCII', name, 'out.asc'], { cwd: folder, stdio: 'ignore' });
    const channels: number[][] = [];
    for (let number = 1; ; number++) {
      const path = join(folder, `out.a${String(number).padStart(2, '0')}`);
      if (!existsSync(path)) {
        return channels;
      }
      channels.push(readFileSync(path, 'utf8').trim().split(/\s+/).map(Number));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The names that biosig gives to a file's channels. */
export function biosigLabels(bytes: Uint8Array, name: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-import-'));
  try {
    writeFileSync(join(folder, name), bytes);
    const json = execFileSync(SAVE2GDF, ['-JSON', name], {
      cwd: folder,
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [...json.matchAll(/"Label"\s*: "([^"]*)"/g)].map((match) => match[1] ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lets biosig write a file of another format. */
export function biosigConvert(bytes: Uint8Array, name: string, format: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-import-'));
  try {
    writeFileSync(join(folder, name), bytes);
    const args = [`-f=${format}`, name, 'converted'];
    execFileSync(SAVE2GDF, args, { cwd: folder, stdio: 'ignore' });
    return new Uint8Array(readFileSync(join(folder, 'converted')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
