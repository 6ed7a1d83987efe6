/** Deeds share what one of them needs for itself from time to time. */
export interface Gate {
  /** Waits while somebody is alone. */
  readonly share: <T>(deed: () => Promise<T>) => Promise<T>;
  /** Waits until nobody else is inside; a second one who wants to be alone goes away again. */
  readonly alone: (deed: () => Promise<void>) => Promise<void>;
}

export function createGate(): Gate {
  let inside = 0;
  let alone: Promise<void> | null = null;
  let whenEmpty = () => {};

  return {
    share: async (deed) => {
      while (alone !== null) await alone;
      inside += 1;
      try {
        return await deed();
      } finally {
        inside -= 1;
        if (inside === 0) whenEmpty();
      }
    },
    alone: async (deed) => {
      if (alone !== null) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
        if (inside === 0) resolve();
      });
      alone = empty.then(deed);
      try {
        await alone;
      } finally {
        alone = null;
      }
    },
  };
}
