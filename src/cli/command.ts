export type Command = {
  /** The words that name it, in order. */
  readonly words: readonly string[];
  readonly usage: string;
  readonly summary: { readonly fr: string; readonly en: string };
  /** @returns the exit code of the process (exitCodes.ts). */
  readonly run: (args: readonly string[], signal: AbortSignal) => Promise<number>;
};
