/** What the fuzzer needs of a parser; every adapter and importer exports one from its fuzz.ts. */
export type FuzzTarget = {
  readonly name: string;
  /** Valid inputs to mutate. */
  readonly seeds: () => readonly Uint8Array[];
  readonly create: () => FuzzedParser;
  /** Length of a usual frame: after garbage of any kind, the second whole frame must be believed. */
  readonly frameBytes: number;
  /** Bits of redundancy that random bytes must match by chance to pass as a frame. */
  readonly checkBits: number;
  /** True: each push is a packet, a report or a file of its own, and is never cut. */
  readonly packets?: true;
};

export type FuzzedParser = {
  push(chunk: Uint8Array): void;
  /** Frames, messages or files believed so far. */
  accepted(): number;
};
