import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol, type Session } from 'electron';

export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://chariot';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The window talks to its own origin and to the hub; nothing inline, nothing evaluated. */
const contentSecurityPolicy = (hub: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "font-src 'self'",
    `connect-src ${hub}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');

/** Must run before app `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * Serves the built pages of `folder` at app://chariot/ and nothing else.
 *
 * @param hub CSP source of the one service that the page may talk to.
 */
export function serveAppScheme(session: Session, folder: string, hub: string): void {
  const policy = contentSecurityPolicy(hub);
  session.protocol.handle(APP_SCHEME, (request) => answer(new URL(request.url), folder, policy));
}

async function answer(url: URL, folder: string, policy: string): Promise<Response> {
  const mediaType = MEDIA_TYPES[path.extname(url.pathname)];
  try {
    const file = resolveInside(folder, url);
    if (file === null || mediaType === undefined) {
      return new Response(null, { status: 404 });
    }
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'content-type': mediaType,
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      },
    });
  } catch {
    return new Response(null, { status: 404 });
  }
}

/** @returns the file that the URL names, or null when it is not below `folder`. */
function resolveInside(folder: string, url: URL): string | null {
  if (url.host !== new URL(APP_ORIGIN).host) {
    return null;
  }
  const file = path.resolve(folder, `.${decodeURIComponent(url.pathname)}`);
  const relative = path.relative(folder, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : file;
}
