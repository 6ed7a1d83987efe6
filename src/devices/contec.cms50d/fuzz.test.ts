import { describe, it } from 'vitest';
import { locksAgain, staysQuick, survivesAnything } from '../_sdk/fuzzTesting.ts';
import * as fuzz from './fuzz.ts';

const targets = [fuzz.fuzzTarget, ...fuzz.fuzzTargets];

describe.each(targets)('$name', (target) => {
  it('survives anything', () => survivesAnything(target));
  it('finds frames again after garbage', () => locksAgain(target));
  it('stays quick', () => staysQuick(target));
});
