export type Listeners<A extends readonly unknown[]> = {
  /** @returns unsubscribes */
  readonly add: (listener: (...args: A) => void) => () => void;
  readonly tell: (...args: A) => void;
  readonly clear: () => void;
};

export function createListeners<A extends readonly unknown[]>(): Listeners<A> {
  const all = new Set<(...args: A) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
    tell: (...args) => {
      for (const listener of all) {
        listener(...args);
      }
    },
    clear: () => all.clear(),
  };
}
