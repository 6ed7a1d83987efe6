const SHA_256 = /\b(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}\b/i;

/** Openssl and browsers write a fingerprint with colons and in capitals. */
export function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(/[\s:]/g, '').toLowerCase();
}

/** @returns the SHA-256 fingerprint that the text holds, plain hex; null: none. */
export function fingerprintIn(text: string): string | null {
  const [found] = SHA_256.exec(text) ?? [];
  return found === undefined ? null : plainHex(found);
}
