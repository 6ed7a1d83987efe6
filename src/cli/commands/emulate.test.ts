import { describe, expect, it } from 'vitest';
import { emulatorArguments } from './emulate.ts';

describe('the words of `emulate`', () => {
  it('may list several faults after one option', () => {
    const words = ['cyton', '--pty', 'x', '--fault', 'stall', 'garbage', '--seconds', '3'];
    expect(emulatorArguments(words)).toEqual([
      'cyton',
      '--pty',
      'x',
      '--fault',
      'stall',
      '--fault',
      'garbage',
      '--seconds',
      '3',
    ]);
  });

  it('need no link', () => {
    expect(emulatorArguments(['cyton'])).toEqual(['cyton', '--pty', expect.any(String)]);
    expect(emulatorArguments(['cyton', '--list-faults'])).toEqual(['cyton', '--list-faults']);
  });
});
