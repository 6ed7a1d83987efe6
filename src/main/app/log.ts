/** One JSON line an entry on stderr: codes, ids and counts; never a name, never a payload. */
export function log(entry: { code: string; [key: string]: string | number }): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}
