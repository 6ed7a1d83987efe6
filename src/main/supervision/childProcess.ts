/** A child process as the supervisor sees it; Electron's utilityProcess is one. */
export type ChildProcess<Port> = {
  /** What is sent before the process listens waits for it. */
  postMessage(message: unknown, ports?: Port[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  /** Asks it to end. */
  kill(): void;
  /** Ends it; a process that hangs cannot refuse. */
  killHard(): void;
  readonly pid: number | undefined;
};
