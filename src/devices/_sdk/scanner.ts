import { createByteQueue } from './byteQueue.ts';

/**
 * Looks for a frame that begins at `at`. @returns its length; 'more' where it may still become one
 * (only while `available` is short of the longest frame, else a scan would never end); 'none'.
 */
export type FindFrame = (
  data: Uint8Array,
  at: number,
  available: number,
) => number | 'more' | 'none';

export type Scanner = { push(chunk: Uint8Array): void; accepted(): number };

/** Walks over any bytes and counts the frames in them; what is no frame is passed by. */
export function createScanner(find: FindFrame): Scanner {
  const queue = createByteQueue();
  let accepted = 0;
  return {
    push: (chunk) => {
      queue.append(chunk);
      while (queue.end() > queue.start()) {
        const found = find(queue.data(), queue.start(), queue.end() - queue.start());
        if (found === 'more') {
          return;
        }
        accepted += found === 'none' ? 0 : 1;
        queue.consume(found === 'none' ? 1 : found);
      }
    },
    accepted: () => accepted,
  };
}
