/** A frame on the wire: which one it is, counted from the last start command. */
export type SentFrame = {
  /** 0 for the first frame after `b`; frames that a fault swallowed are counted too. */
  readonly frameIndex: number;
  /** 1 for the first `b` since power-on. */
  readonly startCount: number;
};

type Piece = {
  readonly dueMs: number;
  readonly bytes: Uint8Array;
  /** Set on the piece that completes a frame. */
  readonly completes: SentFrame | undefined;
  /** True when nothing may come between this piece and the next: the inside of a frame. */
  readonly partial: boolean;
  readonly disconnect: boolean;
};

export type Released = {
  /** What to hand to the wire, in order; kept apart where a fault wants separate writes. */
  readonly writes: Uint8Array[];
  readonly sent: SentFrame[];
  readonly disconnect: boolean;
};

/** Bytes waiting for their moment. Frames keep their order; text never cuts a frame in two. */
export function createOutbox() {
  let frames: Piece[] = [];
  let texts: { readonly dueMs: number; readonly bytes: Uint8Array }[] = [];
  let insideFrame = false;
  const takeTexts = (nowMs: number): Uint8Array[] => {
    const due = texts.filter((text) => text.dueMs <= nowMs);
    texts = texts.filter((text) => text.dueMs > nowMs);
    return due.map((text) => text.bytes);
  };
  return {
    pushFrame: (pieces: readonly Uint8Array[], dueMs: number, gapMs: number, frame: SentFrame) => {
      const after = Math.max(dueMs, frames.at(-1)?.dueMs ?? dueMs);
      for (const [i, bytes] of pieces.entries()) {
        const last = i === pieces.length - 1;
        const completes = last ? frame : undefined;
        const at = { dueMs: after + i * gapMs, bytes, completes };
        frames.push({ ...at, partial: !last, disconnect: false });
      }
    },
    pushDisconnect: (bytes: Uint8Array, dueMs: number) => {
      frames.push({ dueMs, bytes, completes: undefined, partial: false, disconnect: true });
    },
    pushText: (bytes: Uint8Array, dueMs: number) => {
      texts.push({ dueMs, bytes });
    },
    release: (nowMs: number): Released => {
      const writes = insideFrame ? [] : takeTexts(nowMs);
      const sent: SentFrame[] = [];
      let disconnect = false;
      while (!disconnect) {
        const piece = frames[0];
        if (piece === undefined || piece.dueMs > nowMs) break;
        frames.shift();
        writes.push(piece.bytes);
        insideFrame = piece.partial;
        if (piece.completes !== undefined) sent.push(piece.completes);
        disconnect = piece.disconnect;
      }
      if (disconnect) frames = [];
      else if (!insideFrame) writes.push(...takeTexts(nowMs));
      return { writes, sent, disconnect };
    },
    nextDueMs: (): number =>
      Math.min(frames[0]?.dueMs ?? Infinity, ...texts.map((text) => text.dueMs)),
  };
}
