import { open, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** No leading dot, so neither `..` nor a hidden file; no separator of any system. */
const SEGMENT = /^[A-Za-z0-9_@-][A-Za-z0-9._@-]*$/;

export type PageFile = { readonly bytes: Buffer; readonly mimeType: string };

/**
 * Reads a file below `pageDir`.
 * @param path path of the URL, still percent-encoded, beginning with `/`.
 * @returns null for all that is not a plain file of a known type inside `pageDir`.
 */
export async function readPageFile(pageDir: string, path: string): Promise<PageFile | null> {
  const segments = path.slice(1).split('/');
  const mimeType = MIME_TYPES[extname(path).toLowerCase()];
  if (mimeType === undefined || !segments.every((segment) => SEGMENT.test(segment))) {
    return null;
  }
  try {
    const root = await realpath(pageDir);
    const file = await realpath(join(root, ...segments));
    // The segments cannot climb out; a symbolic link inside could.
    return file.startsWith(root + sep) ? { bytes: await readPlainFile(file), mimeType } : null;
  } catch {
    return null;
  }
}

async function readPlainFile(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    if (!(await handle.stat()).isFile()) {
      throw new TypeError('not a plain file');
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
