import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, type Result } from '../../contracts/faults.ts';
import { openSealed } from '../../record/sealed/openSealed.ts';
import { streamSealed, writeSealedFile } from '../../record/sealed/sealedFile.ts';
import type { SealedReader, Unwrap } from '../../record/sealed/types.ts';
import type { FileKeyRing } from '../store/types.ts';
import { unwrapWith } from '../store/unwrap.ts';
import type { ClaimedDelivery, Payload, Prepare } from './types.ts';

type Wanted = Pick<ClaimedDelivery, 'objectId' | 'kind' | 'recipe' | 'sha256' | 'mediaType'>;

type Prepared = {
  readonly payload: Payload;
  /** It was made before, and no row says so: bytes of it may have left before a power cut. */
  readonly forgotten: boolean;
};

export type Payloads = {
  /**
   * Its bytes are on the disk, sealed, before any of them leaves: every attempt, also after a power
   * cut, sends the same ones. OUTBOX_PAYLOAD_CHANGED where they came out otherwise than before.
   */
  readonly get: (wanted: Wanted) => Promise<Result<Prepared>>;
  /** No delivery needs it any more, or the file is damaged and is to be made again. */
  readonly drop: (objectId: string) => Promise<void>;
  /** Takes away what a crash left. */
  readonly sweep: (isNeeded: (objectId: string) => boolean) => Promise<void>;
};

const SEALED = '.sealed';

export function createPayloads(of: {
  readonly folder: string;
  readonly keys: FileKeyRing;
  readonly prepare: Prepare;
}): Payloads {
  const unwrap = unwrapWith(of.keys);
  const fileOf = (objectId: string): string => path.join(of.folder, `${objectId}${SEALED}`);
  const making = new Map<string, Promise<Result<Prepared>>>();

  async function find(wanted: Wanted): Promise<Result<Prepared>> {
    const file = fileOf(wanted.objectId);
    const kept = await openWhole(file, unwrap);
    if (kept === null) {
      return make(wanted, file);
    }
    const { size } = kept;
    await kept.close();
    return wanted.sha256 !== null && wanted.mediaType !== null
      ? ok({
          payload: fromFile(file, unwrap, {
            bytes: size,
            sha256: wanted.sha256,
            mediaType: wanted.mediaType,
          }),
          forgotten: false,
        })
      : recall(wanted, file);
  }

  async function make(wanted: Wanted, file: string): Promise<Result<Prepared>> {
    const made = await of.prepare(wanted);
    if (!made.ok) {
      return made;
    }
    if (wanted.sha256 !== null && wanted.sha256 !== made.value.sha256) {
      return failed('OUTBOX_PAYLOAD_CHANGED');
    }
    const written = await writeSealedFile(file, { keys: of.keys }, made.value.open());
    if (!written.ok) {
      return written;
    }
    return written.value.sha256 === made.value.sha256
      ? ok({ payload: fromFile(file, unwrap, made.value), forgotten: false })
      : failed('OUTBOX_PAYLOAD_CHANGED');
  }

  async function recall(wanted: Wanted, file: string): Promise<Result<Prepared>> {
    const made = await of.prepare(wanted);
    if (!made.ok) {
      return made;
    }
    const payload = fromFile(file, unwrap, made.value);
    return (await hashOf(payload)) === made.value.sha256
      ? ok({ payload, forgotten: true })
      : failed('OUTBOX_PAYLOAD_CHANGED');
  }

  return {
    get: (wanted) => {
      const { objectId } = wanted;
      // Two destinations may want the same object at the same time: it is made once.
      const wait = making.get(objectId) ?? find(wanted).finally(() => making.delete(objectId));
      making.set(objectId, wait);
      return wait;
    },
    drop: (objectId) => rm(fileOf(objectId), { force: true }),
    sweep: async (isNeeded) => {
      for (const name of await readdir(of.folder)) {
        if (!name.endsWith(SEALED) || !isNeeded(path.basename(name, SEALED))) {
          await rm(path.join(of.folder, name), { force: true });
        }
      }
    },
  };
}

/** null: it is not there, or not whole, and is to be made again. */
async function openWhole(file: string, unwrap: Unwrap): Promise<SealedReader | null> {
  const opened = await openSealed(file, unwrap);
  if (!opened.ok) {
    return null;
  }
  if (!opened.value.closed) {
    await opened.value.close();
    return null;
  }
  return opened.value;
}

type Facts = Pick<Payload, 'bytes' | 'sha256' | 'mediaType'>;

function fromFile(file: string, unwrap: Unwrap, { bytes, sha256, mediaType }: Facts): Payload {
  async function* open(from = 0): AsyncGenerator<Uint8Array> {
    const opened = await openSealed(file, unwrap);
    if (!opened.ok) {
      throw new LostPayloadError(opened.fault.code);
    }
    try {
      yield* streamSealed(opened.value, from);
    } finally {
      await opened.value.close();
    }
  }
  return { bytes, sha256, mediaType, open };
}

/** The sealed file went while it was being sent. */
export class LostPayloadError extends Error {
  override readonly name = 'LostPayloadError';
}

async function hashOf(payload: Payload): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of payload.open()) {
    hash.update(piece);
  }
  return hash.digest('hex');
}
