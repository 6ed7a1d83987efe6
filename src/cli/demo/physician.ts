import { createHash, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { type Browser, chromium, type Page } from 'playwright-core';

export type Physician = {
  readonly browser: Browser;
  readonly page: Page;
  readonly version: string;
  close(): Promise<void>;
};

/** @returns what Chromium's switch takes to trust this one certificate: base64 SHA-256 of its key. */
export function certificateKeyHash(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Only to read the certificate that is about to be pinned; nothing is sent.
    const socket = connect({ host, port, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
      resolve(createHash('sha256').update(key).digest('base64'));
    });
    socket.on('error', reject);
  });
}

/** Opens the physician's page in a real Chromium with a profile of its own. */
export async function openPhysician(options: {
  readonly executable: string;
  readonly url: string;
  readonly keyHash: string;
  readonly headless: boolean;
  readonly display: string | null;
  readonly size: { readonly width: number; readonly height: number };
}): Promise<Physician> {
  const browser = await chromium.launch({
    executablePath: options.executable,
    headless: options.headless,
    chromiumSandbox: process.getuid?.() !== 0,
    // An interrupt is the demonstration's to handle: it closes everything in order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(options.display === null ? {} : { env: { ...process.env, DISPLAY: options.display } }),
    args: [
      `--ignore-certificate-errors-spki-list=${options.keyHash}`,
      '--allow-loopback-in-peer-connection',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--window-size=${options.size.width},${options.size.height}`,
      ...(options.headless ? ['--disable-gpu', '--disable-accelerated-2d-canvas'] : []),
    ],
  });
  try {
    const page = await browser.newPage({ viewport: options.headless ? options.size : null });
    await page.goto(options.url);
    return { browser, page, version: browser.version(), close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
