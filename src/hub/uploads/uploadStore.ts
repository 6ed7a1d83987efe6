import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import { CHECKSUM_MISMATCH, LONGEST_CHUNK } from '../../contracts/hubProcess.ts';
import { errorCode, type Log } from '../log.ts';
import { type Chunk, currentChunk, isAsSaid, isWhole } from './chunk.ts';
import { readClaim } from './metadata.ts';
import { newSalt, objectCipher } from './objectCipher.ts';
import type { Objects } from './objects.ts';

const DAY = 24 * 60 * 60 * 1000;
/** An upload that was begun so long ago starts anew: a cart may stand unplugged for a week. */
export const UNFINISHED_FOR = 14 * DAY;

/** Thrown to the tus server, which answers so. */
export function refusal(status_code: number, body: string): { status_code: number; body: string } {
  return { status_code, body: `${body}\n` };
}

export const DISK_FULL = refusal(507, 'Insufficient Storage');
const MISMATCH = refusal(CHECKSUM_MISMATCH, 'Checksum Mismatch');
const TOO_LONG = refusal(413, 'Chunk Too Long');

/**
 * Unfinished uploads, encrypted from their first byte. A chunk is held in memory until its checksum is
 * known, so that nothing wrong is ever written; a whole upload becomes an object.
 */
export class UploadStore extends FileStore {
  readonly #objects: Objects;
  readonly #key: Uint8Array;
  readonly #log: Log;
  readonly #now: () => number;
  /** The last work on each upload: a broken PATCH still writes what it got when the next one comes. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(deps: {
    readonly folder: string;
    readonly objects: Objects;
    readonly key: Uint8Array;
    readonly log: Log;
    readonly now: () => number;
  }) {
    super({ directory: deps.folder, expirationPeriodInMilliseconds: UNFINISHED_FOR });
    this.extensions = ['creation', 'expiration'];
    this.#objects = deps.objects;
    this.#key = deps.key;
    this.#log = deps.log;
    this.#now = deps.now;
  }

  static async open(deps: ConstructorParameters<typeof UploadStore>[0]): Promise<UploadStore> {
    await mkdir(deps.folder, { recursive: true, mode: 0o700 });
    const names = new Set(await readdir(deps.folder));
    for (const name of names) {
      // Its bytes became an object, and the hub ended before this went too.
      if (name.endsWith('.json') && !names.has(name.slice(0, -'.json'.length))) {
        await rm(join(deps.folder, name));
      }
    }
    return new UploadStore(deps);
  }

  override create(upload: Upload): Promise<Upload> {
    const { cart } = currentChunk();
    upload.metadata = { ...upload.metadata, cart, salt: newSalt() };
    return this.#inTurn(upload.id, () => onDisk(() => super.create(upload)));
  }

  override write(stream: Readable, id: string, offset: number): Promise<number> {
    const chunk = currentChunk();
    return this.#inTurn(id, async () => {
      const body = await collect(stream);
      if (isWhole(chunk, body) && !isAsSaid(chunk, body)) {
        throw MISMATCH;
      }
      return await onDisk(() => this.#append(id, offset, body, chunk));
    });
  }

  /** A finished object answers as an upload that has all its bytes. */
  override getUpload(id: string): Promise<Upload> {
    return this.#inTurn(id, async () => {
      const upload = (await this.#held(id)) ?? (await super.getUpload(id));
      if (upload.metadata?.['cart'] !== currentChunk().cart) {
        throw ERRORS.FILE_NOT_FOUND;
      }
      if (upload.storage !== undefined && upload.offset === upload.size) {
        // All of it came, and the hub ended before it was looked at.
        await this.#finish(upload);
      }
      return upload;
    });
  }

  async #held(id: string): Promise<Upload | null> {
    const held = await this.#objects.find(id, null);
    if (held === null) {
      return null;
    }
    const { bytes, cart, kind, mediaType, objectId, salt, sha256 } = held;
    const metadata = { objectId, cart, kind, mediaType, salt, sha256 };
    return new Upload({ id, size: bytes, offset: bytes, metadata });
  }

  finish(upload: Upload): Promise<void> {
    return this.#inTurn(upload.id, async () => {
      if ((await this.#objects.find(upload.id, null)) === null) {
        await this.#finish(upload);
      }
    });
  }

  /** What an earlier creation claimed; null: there was none, or its time is over. */
  async claimed(id: string): Promise<{ readonly sha256: string; readonly cart: string } | null> {
    const held = await this.#objects.find(id, null);
    if (held !== null) {
      return held;
    }
    const begun = await this.configstore.get(id);
    const since = Date.parse(begun?.creation_date ?? '');
    return begun === undefined || this.#now() - since > UNFINISHED_FOR ? null : readClaim(begun);
  }

  /** Unfinished uploads, those past their time included. */
  async count(): Promise<number> {
    return (await readdir(this.directory)).filter((name) => name.endsWith('.json')).length;
  }

  async #append(id: string, offset: number, body: Buffer, chunk: Chunk): Promise<number> {
    const path = join(this.directory, id);
    const claim = readClaim(await super.getUpload(id));
    const handle = await open(path, 'r+');
    try {
      await writeAt(handle, offset, objectCipher(this.#key, claim.salt).at(offset).update(body));
      // The offset that is answered is one that a power cut does not take back.
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (!isWhole(chunk, body)) {
      this.#log('upload.broken', { object: id, offset: offset + body.length });
    }
    return offset + body.length;
  }

  async #finish(upload: Upload): Promise<void> {
    const claim = readClaim(upload);
    const path = join(this.directory, upload.id);
    const outcome = await onDisk(() => this.#objects.adopt(path, claim));
    if (outcome === 'mismatch') {
      this.#log('upload.mismatch', { object: upload.id });
      await super.remove(upload.id);
      throw MISMATCH;
    }
    await rm(`${path}.json`, { force: true });
    this.#log('upload.held', { object: upload.id, bytes: claim.bytes });
  }

  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id);
    const mine = (before ?? Promise.resolve()).then(work, work);
    const settled = mine.catch(() => undefined);
    this.#turns.set(id, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(id) === settled) {
        this.#turns.delete(id);
      }
    }
  }
}

/** A disk that becomes full takes a part first, and says so only when it is asked again. */
async function writeAt(handle: FileHandle, offset: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const left = bytes.length - done;
    done += (await handle.write(bytes, done, left, offset + done)).bytesWritten;
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > LONGEST_CHUNK) {
        throw TOO_LONG;
      }
      pieces.push(piece);
    }
  } catch (error) {
    if (error === TOO_LONG) {
      throw error;
    }
    // The connection broke: what came before counts.
  }
  return Buffer.concat(pieces);
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errorCode(error))) {
      throw DISK_FULL;
    }
    throw error;
  }
}
