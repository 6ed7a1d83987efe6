/** Writes that wait for their moment, in order. */
export type Pending = {
  /** A write that is due before an earlier one waits for it: one endpoint keeps its order. */
  readonly push: (bytes: Uint8Array, dueMs: number) => void;
  /** After the writes pushed so far the device tears itself off. */
  readonly pushDisconnect: (dueMs: number) => void;
  readonly release: (nowMs: number) => {
    readonly writes: Uint8Array[];
    readonly disconnect: boolean;
  };
  readonly clear: () => void;
  readonly nextDueMs: () => number;
};

export function createPending(): Pending {
  let waiting: { readonly dueMs: number; readonly bytes: Uint8Array | 'disconnect' }[] = [];
  const add = (bytes: Uint8Array | 'disconnect', dueMs: number): void => {
    waiting.push({ bytes, dueMs: Math.max(dueMs, waiting.at(-1)?.dueMs ?? dueMs) });
  };
  return {
    push: add,
    pushDisconnect: (dueMs) => add('disconnect', dueMs),
    release: (nowMs) => {
      const writes: Uint8Array[] = [];
      while (waiting[0] !== undefined && waiting[0].dueMs <= nowMs) {
        const { bytes } = waiting[0];
        waiting.shift();
        if (bytes === 'disconnect') {
          waiting = [];
          return { writes, disconnect: true };
        }
        writes.push(bytes);
      }
      return { writes, disconnect: false };
    },
    clear: () => {
      waiting = [];
    },
    nextDueMs: () => waiting[0]?.dueMs ?? Infinity,
  };
}

/** True on each `every`th call; never when the fault is off. */
export function oneIn(every: number | undefined): () => boolean {
  let count = 0;
  return () => {
    if (every === undefined) return false;
    count += 1;
    return count % Math.max(1, Math.round(every)) === 0;
  };
}
