import { describe, it } from 'vitest';
import { locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import { fuzzTarget } from './fuzz.ts';

const targets = [fuzzTarget];

describe.each(targets)('$name', (target) => {
  it('survives anything', () => survivesAnything(target));
  it('finds frames again after garbage', () => locksAgain(target));
  it('stays quick', () => staysQuick(target));
});
