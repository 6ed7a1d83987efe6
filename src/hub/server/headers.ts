/**
 * Response headers of every page and file. The page needs no inline script, no eval, no foreign
 * host; `'self'` of connect-src covers the WebSocket of the same origin (CSP level 3).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PERMISSIONS_POLICY = [
  'camera=(self)',
  'microphone=(self)',
  'fullscreen=(self)',
  'autoplay=(self)',
  'display-capture=()',
  'geolocation=()',
  'usb=()',
  'serial=()',
  'hid=()',
  'bluetooth=()',
  'payment=()',
].join(', ');

const YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

/** @param host the request's Host header: a loopback name gets no HSTS, which would outlive it. */
export function securityHeaders(host: string | undefined): Record<string, string> {
  return {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': PERMISSIONS_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isLoopback(host)
      ? {}
      : { 'strict-transport-security': `max-age=${String(YEAR_IN_SECONDS)}` }),
  };
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}
