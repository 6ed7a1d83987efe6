/** Facts of a log line are ids, counts and codes: never a name, a token or a payload. */
type LogFacts = Readonly<Record<string, string | number | boolean | null>>;
export type Log = (event: string, facts?: LogFacts) => void;

/** @returns a log that writes one JSON object per line. */
export function jsonLinesLog(write: (line: string) => void, now: () => number): Log {
  return (event, facts = {}) => {
    write(`${JSON.stringify({ at: new Date(now()).toISOString(), event, ...facts })}\n`);
  };
}

/** Class of an unexpected error; its message may quote input, so it stays out of the log. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** System code of an error (EADDRINUSE, EACCES...), or its class where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return errorName(error);
}
