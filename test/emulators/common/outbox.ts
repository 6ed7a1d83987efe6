/** A frame on the wire: which one it is, counted from the last start. */
export type SentFrame = {
  /** 0 for the first frame after a start; frames that a fault swallowed are counted too. */
  readonly frameIndex: number;
  /** 1 for the first start since power-on. */
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

export type Outbox = {
  /** The pieces of one frame, `gapMs` apart; never before the end of the frame pushed last. */
  readonly pushFrame: (
    pieces: readonly Uint8Array[],
    dueMs: number,
    gapMs: number,
    frame: SentFrame,
  ) => void;
  /** These bytes, and then the link is cut; what waits behind them is lost. */
  readonly pushDisconnect: (bytes: Uint8Array, dueMs: number) => void;
  /** Bytes that go between frames, in the order of their moments. */
  readonly pushText: (bytes: Uint8Array, dueMs: number) => void;
  /** Forgets the frames that have not begun to leave. */
  readonly dropFrames: () => void;
  readonly release: (nowMs: number) => Released;
  readonly nextDueMs: () => number;
};

/** Bytes waiting for their moment. Frames keep their order; text never cuts a frame in two. */
export function createOutbox(): Outbox {
  let frames: Piece[] = [];
  let texts: { readonly dueMs: number; readonly bytes: Uint8Array }[] = [];
  let insideFrame = false;
  const takeTexts = (nowMs: number): Uint8Array[] => {
    const due = texts.filter((text) => text.dueMs <= nowMs);
    texts = texts.filter((text) => text.dueMs > nowMs);
    return due.map((text) => text.bytes);
  };
  return {
    pushFrame: (pieces, dueMs, gapMs, frame) => {
      const after = Math.max(dueMs, frames.at(-1)?.dueMs ?? dueMs);
      for (const [i, bytes] of pieces.entries()) {
        const last = i === pieces.length - 1;
        const completes = last ? frame : undefined;
        const at = { dueMs: after + i * gapMs, bytes, completes };
        frames.push({ ...at, partial: !last, disconnect: false });
      }
    },
    pushDisconnect: (bytes, dueMs) => {
      frames.push({ dueMs, bytes, completes: undefined, partial: false, disconnect: true });
    },
    pushText: (bytes, dueMs) => {
      texts.push({ dueMs, bytes });
    },
    dropFrames: () => {
      const rest = insideFrame ? frames.findIndex((piece) => !piece.partial) + 1 : 0;
      frames = frames.slice(0, rest);
    },
    release: (nowMs) => {
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
      if (disconnect) {
        frames = [];
        insideFrame = false;
      } else if (!insideFrame) writes.push(...takeTexts(nowMs));
      return { writes, sent, disconnect };
    },
    nextDueMs: () => {
      const frame = frames[0]?.dueMs ?? Infinity;
      // A text waits for the end of the frame that it would cut.
      return insideFrame ? frame : Math.min(frame, ...texts.map((text) => text.dueMs));
    },
  };
}
