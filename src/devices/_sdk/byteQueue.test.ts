import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteQueue } from './byteQueue.ts';

const step = fc.oneof(
  fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ append: bytes, consume: 0 })),
  fc.nat(60).map((consume) => ({ append: new Uint8Array(), consume })),
);

describe('byte queue', () => {
  it('holds what an array would, through any appends and takings', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createByteQueue(8);
        let expected: number[] = [];
        for (const { append, consume } of steps) {
          queue.append(append);
          queue.consume(consume);
          expected = [...expected, ...append].slice(consume);
          expect([...queue.data().subarray(queue.start(), queue.end())]).toEqual(expected);
        }
      }),
    );
  });
});
