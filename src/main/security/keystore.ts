import type { SafeStorage } from 'electron';
import type { Keystore } from '../store/types.ts';

type SystemStorage = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'encryptString' | 'decryptString'
> & {
  /** Linux alone. */
  readonly getSelectedStorageBackend?: () => string;
  readonly setUsePlainTextEncryption?: (usePlainText: boolean) => void;
};

/** Chromium protects by a password that stands in its source: whoever has the disk can undo it. */
const KNOWN_PASSWORD = 'basic_text';

/**
 * The system's key store through Electron: Keychain, DPAPI, or on Linux a keyring. Where Linux has
 * none, what it gives is only obfuscation, and says so. Asked after `ready`.
 */
export function createKeystore(storage: SystemStorage, platform: NodeJS.Platform): Keystore {
  const obfuscated = platform === 'linux' && isObfuscation(storage);
  if (obfuscated) {
    storage.setUsePlainTextEncryption?.(true);
  }
  return {
    protection: obfuscated ? 'obfuscated' : 'keystore',
    protect: async (bytes) =>
      trying(() =>
        storage.isEncryptionAvailable()
          ? storage.encryptString(Buffer.from(bytes).toString('base64'))
          : null,
      ),
    unprotect: async (bytes) =>
      trying(() => Buffer.from(storage.decryptString(Buffer.from(bytes)), 'base64')),
  };
}

/** A keyring that is only locked is none of it: it is asked again, and nothing weaker takes its place. */
function isObfuscation(storage: SystemStorage): boolean {
  return storage.getSelectedStorageBackend?.() === KNOWN_PASSWORD;
}

/** A keyring that is locked, or a value of another user, throws: both are "not there". */
function trying(ask: () => Uint8Array | null): Uint8Array | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
