import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { type Settings, SettingsSchema } from '../../contracts/settings.ts';

export type SettingsStore = {
  get(): Settings;
  set(settings: Settings): Result<Settings>;
};

/** Preferences of this cart, nothing of a patient. An unreadable file is kept aside, never lost. */
export function openSettings(
  file: string,
  onFault: (code: 'SETTINGS_UNREADABLE') => void,
): SettingsStore {
  let current = load(file, onFault);
  return {
    get: () => current,
    set: (settings) => {
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch {
        return failed('SETTINGS_UNREADABLE', { file: path.basename(file) });
      }
      current = settings;
      return ok(current);
    },
  };
}

function load(file: string, onFault: (code: 'SETTINGS_UNREADABLE') => void): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return SettingsSchema.parse({});
  }
  try {
    return SettingsSchema.parse(JSON.parse(text));
  } catch {
    onFault('SETTINGS_UNREADABLE');
    try {
      renameSync(file, `${file}.unreadable`);
    } catch {
      // A read-only folder: the defaults serve, and the file stays where it is.
    }
    return SettingsSchema.parse({});
  }
}
