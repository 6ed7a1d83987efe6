import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createItemQueue } from './itemQueue.ts';

describe('item queue', () => {
  it('behaves as an array does, also over many times its length', () => {
    const operations = fc.array(fc.constantFrom('push', 'push', 'push', 'shift', 'remove'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 100 }), (steps, times) => {
        const queue = createItemQueue<number>();
        const model: number[] = [];
        let next = 0;
        for (let round = 0; round < times; round++) {
          for (const step of steps) {
            if (step === 'push') {
              queue.push(next);
              model.push(next++);
            } else if (step === 'shift') {
              expect(queue.shift()).toBe(model.shift());
            } else {
              const at = model.findIndex((value) => value % 3 === 0);
              const expected = at < 0 ? undefined : model.splice(at, 1)[0];
              expect(queue.removeFirst((value) => value % 3 === 0)).toBe(expected);
            }
          }
          expect(queue.size()).toBe(model.length);
          expect(queue.first()).toBe(model[0]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('takes a long queue out at a cost that does not grow with it', () => {
    const queue = createItemQueue<number>();
    for (let value = 0; value < 300_000; value++) {
      queue.push(value);
    }
    const startedAt = performance.now();
    while (queue.size() > 0) {
      queue.shift();
    }
    // An array's own shift takes seconds for this.
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
