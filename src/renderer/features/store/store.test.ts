import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import type { StoreState } from '../../../contracts/outbox.ts';
import { scriptedMain, settled } from '../../app/bridgeTesting.ts';
import { storeNotices } from './notices.ts';
import { passphraseProblem } from './passphrase.ts';
import { rememberTold, wasToldBefore } from './putAway.ts';
import { createStoreModel } from './storeModel.ts';

const OPEN: StoreState = { state: 'open', protection: 'keystore', salvage: null };
const SALVAGED: StoreState = {
  state: 'open',
  protection: 'obfuscated',
  salvage: {
    at: '2026-11-28T08:00:00.000Z',
    rowsSaved: 120,
    tablesDamaged: ['capture'],
    quarantine: '/data/store/quarantine/1.db',
  },
};
const LOCKED: StoreState = { state: 'locked', fault: null };
const NOBODY = new Set<never>();

describe('what is said of the store', () => {
  it('is nothing while all is well, or nothing is known', () => {
    expect(storeNotices(OPEN, false, NOBODY)).toEqual([]);
    expect(storeNotices(null, true, NOBODY)).toEqual([]);
  });

  it('is that nothing is kept, before all else, and cannot be put away', () => {
    const unavailable: StoreState = { state: 'unavailable', fault: { code: 'STORE_IO' } };
    expect(storeNotices(LOCKED, true, new Set(['locked' as const]))).toEqual(['locked']);
    expect(storeNotices(unavailable, false, NOBODY)).toEqual(['unavailable']);
  });

  it('is each thing that holds of an open one, worst first', () => {
    expect(storeNotices(SALVAGED, true, NOBODY)).toEqual(['salvaged', 'rolledBack', 'obfuscated']);
    expect(storeNotices(SALVAGED, false, new Set(['salvaged' as const]))).toEqual(['obfuscated']);
  });
});

describe('a notice that was put away', () => {
  function storage() {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  }

  it('of a poor protection stays away at the next start', () => {
    const page = storage();
    expect([...wasToldBefore(page)]).toEqual([]);
    rememberTold(page, 'obfuscated');
    expect([...wasToldBefore(page)]).toEqual(['obfuscated']);
  });

  it('of a damage does not: the next one is another', () => {
    const page = storage();
    rememberTold(page, 'salvaged');
    expect([...wasToldBefore(page)]).toEqual([]);
  });

  it('is told again where the page keeps nothing', () => {
    const refusing = {
      getItem: () => {
        throw new Error('no storage');
      },
      setItem: () => {
        throw new Error('no storage');
      },
    };
    rememberTold(refusing, 'obfuscated');
    expect([...wasToldBefore(refusing)]).toEqual([]);
  });
});

describe('a new passphrase', () => {
  it('is long enough and was typed twice alike', () => {
    expect(passphraseProblem('', '')).toBe('short');
    expect(passphraseProblem('onze lettre', 'onze lettre')).toBe('short');
    expect(passphraseProblem('douze lettre', 'douze lettrf')).toBe('different');
    expect(passphraseProblem('douze lettre', 'douze lettre')).toBeNull();
  });

  it('is counted in characters, as main counts them', () => {
    expect(passphraseProblem('🙂🙂🙂🙂🙂🙂', '🙂🙂🙂🙂🙂🙂')).toBe('short');
  });
});

describe('the store as the window knows it', () => {
  it('is as main says it, at the start and later', async () => {
    const { main, tell } = scriptedMain({ storeState: () => ok(LOCKED) });
    const store = createStoreModel(main);
    expect(store.state()).toBeNull();
    store.start();
    await settled();
    expect(store.state()).toEqual(LOCKED);
    tell({ notice: 'store', store: OPEN });
    expect(store.state()).toEqual(OPEN);
  });

  it('is out of reach when main cannot tell', async () => {
    const { main } = scriptedMain({ storeState: () => failed('INTERNAL') });
    const store = createStoreModel(main);
    store.start();
    await settled();
    expect(store.state()).toEqual({ state: 'unavailable', fault: { code: 'INTERNAL' } });
  });

  it('stays locked by a wrong passphrase, with the reason, and opens by the right one', async () => {
    const wrong: StoreState = { state: 'locked', fault: { code: 'KEYSTORE_PASSPHRASE_WRONG' } };
    const { main } = scriptedMain({
      unlockStore: ({ passphrase }) => ok(passphrase === 'right' ? OPEN : wrong),
    });
    const store = createStoreModel(main);
    await store.unlock('left');
    expect(store.state()).toEqual(wrong);
    await store.unlock('right');
    expect(store.state()).toEqual(OPEN);
  });

  it('remembers that it was found older than it was', () => {
    const { main, tell } = scriptedMain({});
    const store = createStoreModel(main);
    tell({ notice: 'fault', fault: { code: 'STORE_BUSY' } });
    expect(store.rolledBack.state()).toBe(false);
    tell({ notice: 'fault', fault: { code: 'STORE_ROLLED_BACK' } });
    expect(store.rolledBack.state()).toBe(true);
  });
});
