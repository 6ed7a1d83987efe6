import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type DeviceCalibration, DeviceCalibrationSchema } from '../../contracts/devices.ts';

const FileSchema = z.array(DeviceCalibrationSchema);

/**
 * Scales that were measured for devices of this cart, from `calibrations.json`. A file that cannot be
 * read gives none, and is told: a device without its calibration shows itself as uncalibrated.
 */
export function readCalibrations(
  file: string,
  log: (code: string) => void,
): (adapterId: string) => readonly DeviceCalibration[] {
  const all = read(file, log);
  return (adapterId) => all.filter((one) => one.adapterId === adapterId);
}

function read(file: string, log: (code: string) => void): readonly DeviceCalibration[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!absent) {
      log('calibrations.unreadable');
    }
    return [];
  }
  const parsed = FileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    log('calibrations.unreadable');
  }
  return parsed.success ? parsed.data : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
