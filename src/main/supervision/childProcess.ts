/** A child process as the supervisor sees it; Electron's utilityProcess is one. */
export type ChildProcess<Port> = {
  postMessage(message: unknown, ports?: Port[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
  readonly pid: number | undefined;
};
