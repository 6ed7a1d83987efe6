import { app, type Session, type WebContents } from 'electron';
import { APP_ORIGIN } from './appScheme.ts';

/** What the cart's own page may use; every other page and permission is refused. */
const PERMITTED = new Set(['media', 'fullscreen']);

export function isOwnPage(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
}

export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, decide) => {
    decide(PERMITTED.has(permission) && isOwnPage(contents.getURL()));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return PERMITTED.has(permission) && isOwnPage(requestingOrigin.replace(/\/$/, ''));
  });
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
}

/** No page may leave app://, open a window or embed a webview; nothing is handed to the system. */
export function lockDownContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      if (!isOwnPage(url)) {
        event.preventDefault();
      }
    };
    contents.on('will-navigate', (event) => stay(event, event.url));
    contents.on('will-redirect', (event) => stay(event, event.url));
    contents.on('will-frame-navigate', (event) => stay(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/**
 * Trusts the embedded hub's own certificate, by its fingerprint and on `hosts` alone; every other
 * connection is judged by Chromium as usual.
 */
export function pinHubCertificate(
  session: Session,
  hosts: ReadonlySet<string>,
  currentSha256: () => string | null,
): void {
  session.setCertificateVerifyProc((request, decide) => {
    const expected = currentSha256();
    const isHub =
      expected !== null &&
      hosts.has(request.hostname) &&
      request.certificate.fingerprint ===
        `sha256/${Buffer.from(expected, 'hex').toString('base64')}`;
    decide(isHub ? 0 : -3);
  });
}
