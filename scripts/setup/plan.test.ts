import { describe, expect, it } from 'vitest';
import { planFor, readCommand } from './plan.ts';

describe('plan', () => {
  it('builds the add-on only after Electron is chosen', () => {
    expect(planFor('app').map(({ title }) => title)).toEqual([
      'system packages',
      'Electron',
      'SQLite add-on',
      'mediasoup worker',
    ]);
  });

  it('adds the packages of a guest for the hardware tests only', () => {
    expect(planFor('hil').slice(0, -1)).toEqual(planFor('app'));
    expect(planFor('hil').at(-1)?.title).toBe('packages of the hardware tests');
  });

  it('gives a hub its worker and nothing else', () => {
    expect(planFor('hub').map(({ title }) => title)).toEqual(['mediasoup worker']);
  });
});

describe('command line', () => {
  it('means everything when nothing is said', () => {
    expect(readCommand([])).toEqual({ ok: true, target: 'app', quiet: false });
    expect(readCommand(['--quiet', '--for', 'hub'])).toEqual({
      ok: true,
      target: 'hub',
      quiet: true,
    });
  });

  it('refuses what it does not know', () => {
    expect(readCommand(['--for'])).toMatchObject({ ok: false });
    expect(readCommand(['--for', 'phone'])).toMatchObject({ ok: false });
    expect(readCommand(['--force'])).toMatchObject({ ok: false });
  });
});
