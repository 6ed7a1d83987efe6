/** Tells when nothing moved for `ms`; each `touch` begins anew. */
export type IdleWatch = {
  readonly touch: () => void;
  /** While something of our own is waited for: a turn, bytes from the disk. */
  readonly pause: () => void;
  readonly stop: () => void;
};

export function watchIdle(ms: number, onIdle: () => void): IdleWatch {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const pause = (): void => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
  };
  return {
    pause,
    touch: () => {
      pause();
      if (!stopped) {
        timer = setTimeout(onIdle, ms);
      }
    },
    stop: () => {
      stopped = true;
      pause();
    },
  };
}
