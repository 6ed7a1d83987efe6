import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CallTable, createClient, createRouter } from './calls.ts';
import { ok, type Result } from './faults.ts';

const TABLE = {
  double: {
    roles: ['nurse'],
    input: z.object({ n: z.number() }),
    output: z.object({ n: z.number() }),
  },
  crash: { roles: ['nurse'], input: z.object({}), output: z.object({}) },
} as const satisfies CallTable;

const FAULTS = {
  unknown: 'IPC_UNKNOWN_CALL',
  malformed: 'IPC_MALFORMED',
  output: 'IPC_OUTPUT_INVALID',
} as const;

function router(double: (n: number) => number, bugs: unknown[] = []) {
  return createRouter<typeof TABLE, null>(
    TABLE,
    {
      double: ({ n }) => ok({ n: double(n) }),
      crash: () => {
        throw new Error('a bug');
      },
    },
    FAULTS,
    (_name, error) => bugs.push(error),
  );
}

const nurse = { role: 'nurse', context: null } as const;

describe('a router derived from a table of calls', () => {
  it('parses, runs and answers', async () => {
    expect(await router((n) => n * 2)('double', { n: 21 }, nurse)).toEqual(ok({ n: 42 }));
  });

  it.each([
    ['an unknown call', 'nothing', {}, 'IPC_UNKNOWN_CALL'],
    ['a name of Object.prototype', 'constructor', {}, 'IPC_UNKNOWN_CALL'],
    ['a malformed input', 'double', { n: 'two' }, 'IPC_MALFORMED'],
  ])('answers %s with a fault', async (_what, name, input, code) => {
    expect(await router((n) => n)(name, input, nurse)).toMatchObject({ fault: { code } });
  });

  it('refuses a role that is not listed, and nobody', async () => {
    for (const role of ['physician', null] as const) {
      expect(await router((n) => n)('double', { n: 1 }, { role, context: null })).toMatchObject({
        fault: { code: 'ROLE_FORBIDDEN' },
      });
    }
  });

  it('does not let a wrong output leave', async () => {
    expect(await router(() => Number.NaN)('double', { n: 1 }, nurse)).toMatchObject({
      fault: { code: 'IPC_OUTPUT_INVALID' },
    });
  });

  it('answers a bug as INTERNAL and reports it', async () => {
    const bugs: unknown[] = [];
    expect(await router((n) => n, bugs)('crash', {}, nurse)).toMatchObject({
      fault: { code: 'INTERNAL' },
    });
    expect(bugs).toHaveLength(1);
  });
});

describe('a client derived from the same table', () => {
  it('carries a call through a router and back', async () => {
    const route = router((n) => n + 1);
    const client = createClient(TABLE, (name, input) => route(name, input, nurse), 'IPC_MALFORMED');
    expect(await client.double({ n: 1 })).toEqual(ok({ n: 2 }));
  });

  it('refuses an answer of another shape', async () => {
    const send = (): Promise<Result<unknown>> => Promise.resolve(ok({ n: 'three' }));
    const client = createClient(TABLE, send, 'IPC_MALFORMED');
    expect(await client.double({ n: 1 })).toMatchObject({ fault: { code: 'IPC_MALFORMED' } });
  });
});
