import { describe, it } from 'vitest';
import { survivesAnything } from '../_sdk/fuzzTesting.ts';
import { fuzzTarget } from './fuzz.ts';

// Reports are whole or not at all: there is no alignment that could be lost and found again.
describe(fuzzTarget.name, () => {
  it('survives anything', () => survivesAnything(fuzzTarget));
});
