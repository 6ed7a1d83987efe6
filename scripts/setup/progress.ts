/** Where set-up says what it does. A step that finds everything in place says nothing. */
export interface Progress {
  /** The work of the current step has begun, and about how long it takes. */
  working(what: string): void;
  /** Something a person should know although set-up goes on. */
  note(what: string): void;
}

export interface ProgressOptions {
  readonly write: (line: string) => void;
  readonly quiet: boolean;
  /** Shown before the step's lines, e.g. `[2/4] mediasoup worker`. */
  readonly label: string;
}

/** Progress of one step. `quiet` drops the running commentary and keeps the notes. */
export function createProgress({ write, quiet, label }: ProgressOptions): Progress {
  return {
    working(what) {
      if (!quiet) write(`${label}: ${what}`);
    },
    note(what) {
      write(`${label}: ${what}`);
    },
  };
}
