/** Taken places that are kept before the rest moves up: each item moves at most once on average. */
const COMPACT_AT = 1024;

/** First in, first out; every operation takes constant time on average, however long the queue. */
export type ItemQueue<T> = {
  push(item: T): void;
  first(): T | undefined;
  shift(): T | undefined;
  /** Takes the oldest item that `matches`; what stands before it keeps its order. */
  removeFirst(matches: (item: T) => boolean): T | undefined;
  size(): number;
  clear(): void;
};

export function createItemQueue<T>(): ItemQueue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;

  function shift(): T | undefined {
    if (head === items.length) {
      return undefined;
    }
    const item = items[head];
    items[head++] = undefined;
    if (head >= COMPACT_AT && head * 2 >= items.length) {
      items = items.slice(head);
      head = 0;
    }
    return item;
  }

  return {
    push: (item) => void items.push(item),
    first: () => items[head],
    shift,
    removeFirst: (matches) => {
      for (let at = head; at < items.length; at++) {
        const item = items[at];
        if (item !== undefined && matches(item)) {
          items.copyWithin(head + 1, head, at);
          shift();
          return item;
        }
      }
      return undefined;
    },
    size: () => items.length - head,
    clear: () => {
      items = [];
      head = 0;
    },
  };
}
