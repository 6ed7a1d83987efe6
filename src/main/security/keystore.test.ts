import { describe, expect, it } from 'vitest';
import { createKeystore } from './keystore.ts';

/** Stands for Electron's safeStorage; the real one runs in test/e2e. */
function fakeStorage(backend: string | null, available = true) {
  let plain = false;
  return {
    isPlain: () => plain,
    isEncryptionAvailable: () => available || plain,
    encryptString: (text: string) => Buffer.from(`sealed ${text}`),
    decryptString: (bytes: Buffer) => {
      if (!bytes.toString().startsWith('sealed ')) {
        throw new Error('another user’s');
      }
      return bytes.toString().slice('sealed '.length);
    },
    ...(backend === null ? {} : { getSelectedStorageBackend: () => backend }),
    setUsePlainTextEncryption: (on: boolean) => {
      plain = on;
    },
  };
}

const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);

describe('the system’s key store', () => {
  it.each([
    ['linux', 'gnome_libsecret', 'keystore'],
    ['linux', 'basic_text', 'obfuscated'],
    ['win32', null, 'keystore'],
    ['darwin', null, 'keystore'],
  ] as const)('on %s with %s is %s', (platform, backend, protection) => {
    const storage = fakeStorage(backend);
    expect(createKeystore(storage, platform).protection).toBe(protection);
    expect(storage.isPlain()).toBe(protection === 'obfuscated');
  });

  it('gives back the bytes that it protected', async () => {
    const keystore = createKeystore(fakeStorage(null), 'win32');
    const wrapped = await keystore.protect(KEY);
    expect(wrapped).not.toBeNull();
    expect(Uint8Array.from((await keystore.unprotect(wrapped ?? KEY)) ?? [])).toEqual(KEY);
  });

  it('answers with nothing where it is not there, or the bytes are another’s', async () => {
    const absent = createKeystore(fakeStorage(null, false), 'darwin');
    expect(await absent.protect(KEY)).toBeNull();
    expect(await createKeystore(fakeStorage(null), 'win32').unprotect(KEY)).toBeNull();
  });
});
