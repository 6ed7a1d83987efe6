import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

export type LogEntry = { code: string; [key: string]: string | number };

const LARGEST_BYTES = 5 * 1024 * 1024;

/**
 * One JSON line an entry, on stderr and in `file`: codes, ids and counts; never a name, never a
 * payload. The file of the time before is kept once, as `<file>.old`.
 */
export function openLog(file: string): (entry: LogEntry) => void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_BYTES) {
    renameSync(file, `${file}.old`);
  }
  return (entry) => {
    const line = `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`;
    process.stderr.write(line);
    try {
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // A full disk must not stop the consultation; stderr has the line.
    }
  };
}

/** For what happens before the folder of the log is known. */
export function logToStderr(entry: LogEntry): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}
