import { ok, type Result } from '../../contracts/faults.ts';
import type { Store } from '../store/types.ts';

/** What this cart is, made once and kept by the store. */
export type CartFacts = {
  /** By which a hub knows the cart. */
  readonly cartName: string;
  /** Under which the embedded hub encrypts what is left with it: 32 bytes, hex. */
  readonly hubObjectKey: string;
};

const NAME_BYTES = 8;
const KEY_BYTES = 32;

export async function cartFacts(
  store: Pick<Store, 'db' | 'write'>,
  random: (bytes: number) => Uint8Array,
): Promise<Result<CartFacts>> {
  const hex = (bytes: number): string => Buffer.from(random(bytes)).toString('hex');
  const made = { 'cart.name': `cart-${hex(NAME_BYTES)}`, 'hub.objectKey': hex(KEY_BYTES) };
  const written = await store.write((db) => {
    const insert = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING');
    for (const [key, value] of Object.entries(made)) {
      insert.run(key, value);
    }
  });
  return written.ok
    ? ok({
        cartName: read(store, 'cart.name') ?? made['cart.name'],
        hubObjectKey: read(store, 'hub.objectKey') ?? made['hub.objectKey'],
      })
    : written;
}

function read({ db }: Pick<Store, 'db'>, key: string): string | null {
  const value = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
  return typeof value === 'string' ? value : null;
}
