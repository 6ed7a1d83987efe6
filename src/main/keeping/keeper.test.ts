import { describe, expect, it } from 'vitest';
import { type Fault, failed, ok, type Result } from '../../contracts/faults.ts';
import type { StoreState } from '../../contracts/outbox.ts';
import type { Keystore, OpenedStore, Protection, StoreSecret } from '../store/types.ts';
import { type Kept, openKeeper } from './keeper.ts';

const KEYSTORE: Keystore = {
  protection: 'obfuscated',
  protect: async () => null,
  unprotect: async () => null,
};

/** Stands for a store: what it answers to each opening in turn, then always the last. */
function fakeStore(answers: readonly (Fault | 'opens')[], warnings: readonly Fault[] = []) {
  const asked: StoreSecret[] = [];
  const ended: string[] = [];
  let protection: Protection = 'obfuscated';
  const store = {
    protection: () => protection,
    salvage: null,
    warnings,
    protectBy: async (secret: StoreSecret) => {
      protection = secret.kind === 'passphrase' ? 'passphrase' : 'obfuscated';
      return ok(protection);
    },
    close: async () => void ended.push('store'),
  } as unknown as OpenedStore;
  const openStore = async (secret: StoreSecret): Promise<Result<OpenedStore>> => {
    asked.push(secret);
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? 'opens';
    return answer === 'opens' ? ok(store) : { ok: false, fault: answer };
  };
  return { asked, ended, openStore };
}

function keep(store: ReturnType<typeof fakeStore>, refusal: Result<Kept> | null = null) {
  const states: StoreState[] = [];
  const warned: Fault[] = [];
  const bugs: unknown[] = [];
  const timers: (() => void)[] = [];
  const close = async (): Promise<void> => void store.ended.push('kept');
  const keeper = openKeeper<Kept>({
    keystore: KEYSTORE,
    openStore: store.openStore,
    begin: async () => refusal ?? ok({ close }),
    onState: (state) => states.push(state),
    onWarning: (fault) => warned.push(fault),
    onBug: (error) => bugs.push(error),
    after: (_ms, run) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  });
  return { keeper, states, warned, bugs, timers };
}

describe('the keeper of the store', () => {
  it('opens it by the system’s key store, and tells how its key is kept', async () => {
    const { keeper, states, warned } = keep(fakeStore(['opens'], [{ code: 'STORE_ROLLED_BACK' }]));
    expect(keeper.kept()).toMatchObject({ ok: false });
    await keeper.decided;
    expect(states).toEqual([{ state: 'open', protection: 'obfuscated', salvage: null }]);
    expect(keeper.kept().ok).toBe(true);
    expect(warned).toEqual([{ code: 'STORE_ROLLED_BACK' }]);
  });

  it('asks for a passphrase, says when it is wrong, and opens with the right one', async () => {
    const store = fakeStore([
      { code: 'KEYSTORE_PASSPHRASE_NEEDED' },
      { code: 'KEYSTORE_PASSPHRASE_WRONG' },
      'opens',
    ]);
    const { keeper } = keep(store);
    await keeper.decided;
    expect(keeper.state()).toEqual({ state: 'locked', fault: null });
    expect(keeper.kept()).toEqual(failed('KEYSTORE_PASSPHRASE_NEEDED'));
    expect(await keeper.unlock('wrong')).toEqual(
      ok({ state: 'locked', fault: { code: 'KEYSTORE_PASSPHRASE_WRONG' } }),
    );
    expect(await keeper.unlock('right')).toMatchObject({ value: { state: 'open' } });
    expect(store.asked.at(-1)).toEqual({ kind: 'passphrase', passphrase: 'right' });
  });

  it('tries again by itself where waiting may help, and not where it cannot', async () => {
    const busy = keep(fakeStore([{ code: 'STORE_BUSY' }, 'opens']));
    await busy.keeper.decided;
    expect(busy.keeper.kept()).toEqual(failed('STORE_BUSY'));
    busy.timers[0]?.();
    await busy.keeper.unlock('unused');
    expect(busy.states.map(({ state }) => state)).toEqual(['unavailable', 'open']);
    const newer = keep(fakeStore([{ code: 'STORE_VERSION_NEWER' }]));
    await newer.keeper.decided;
    expect(newer.timers).toEqual([]);
  });

  it('closes the store where what stands on it does not open', async () => {
    const store = fakeStore(['opens']);
    const { keeper } = keep(store, failed('STORE_DISK_FULL'));
    await keeper.decided;
    expect(keeper.state()).toEqual({ state: 'unavailable', fault: { code: 'STORE_DISK_FULL' } });
    expect(store.ended).toEqual(['store']);
  });

  it('says that there is no store where opening it meets a bug', async () => {
    const store = fakeStore(['opens']);
    const bug = new Error('a bug');
    const openStore = () => Promise.reject(bug);
    const { keeper, bugs } = keep({ ...store, openStore });
    await keeper.decided;
    expect(bugs).toEqual([bug]);
    expect(keeper.kept()).toEqual(failed('INTERNAL'));
  });

  it('protects the key anew while it is open, and not before', async () => {
    const { keeper } = keep(fakeStore([{ code: 'KEYSTORE_PASSPHRASE_NEEDED' }, 'opens']));
    await keeper.decided;
    expect(await keeper.setPassphrase('a long passphrase')).toEqual(
      failed('KEYSTORE_PASSPHRASE_NEEDED'),
    );
    await keeper.unlock('right');
    expect(await keeper.setPassphrase('a long passphrase')).toMatchObject({
      value: { state: 'open', protection: 'passphrase' },
    });
    expect(await keeper.setPassphrase(null)).toMatchObject({ value: { protection: 'obfuscated' } });
  });

  it('closes what stands on the store first, and opens nothing any more', async () => {
    const store = fakeStore(['opens']);
    const { keeper } = keep(store);
    await keeper.close();
    expect(store.ended).toEqual(['kept', 'store']);
    expect(keeper.kept().ok).toBe(false);
  });
});
