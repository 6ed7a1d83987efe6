import type { Result } from '../../../contracts/faults.ts';
import { createObservable, type Observable } from '../../media/observable.ts';

export type CaptureFile = { readonly mediaType: string; readonly bytes: Uint8Array };

/** URLs of small pictures by capture; one that could not be made is null. */
export type Thumbnails = Observable<ReadonlyMap<string, string | null>> & {
  /** Makes it once, one after the other: a picture of 8 million pixels is large while it is read. */
  readonly want: (captureId: string) => void;
  readonly clear: () => void;
};

type Deps = {
  readonly read: (captureId: string) => Promise<Result<CaptureFile>>;
  /** @returns a small picture; null: these bytes are none. */
  readonly shrink: (file: CaptureFile) => Promise<Blob | null>;
  readonly urls: Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'>;
};

export function createThumbnails({ read, shrink, urls }: Deps): Thumbnails {
  const state = createObservable<ReadonlyMap<string, string | null>>(new Map());
  const wanted = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  let generation = 0;

  async function make(captureId: string, mine: number): Promise<void> {
    if (mine !== generation) {
      return;
    }
    const file = await read(captureId);
    const small = file.ok ? await shrink(file.value) : null;
    if (mine === generation) {
      const url = small === null ? null : urls.createObjectURL(small);
      state.set(new Map([...state.state(), [captureId, url]]));
    }
  }
  return {
    state: state.state,
    subscribe: state.subscribe,
    want: (captureId) => {
      if (!wanted.has(captureId)) {
        wanted.add(captureId);
        const mine = generation;
        last = last.then(() => make(captureId, mine));
      }
    },
    clear: () => {
      generation++;
      wanted.clear();
      for (const url of state.state().values()) {
        if (url !== null) {
          urls.revokeObjectURL(url);
        }
      }
      state.set(new Map());
    },
  };
}

const SMALL_WIDTH_PX = 240;

/** The same picture at the width of a tile; what a browser cannot decode is no picture. */
export async function shrinkPicture({ mediaType, bytes }: CaptureFile): Promise<Blob | null> {
  const whole = new Blob([new Uint8Array(bytes)], { type: mediaType });
  const bitmap = await createImageBitmap(whole, {
    resizeWidth: SMALL_WIDTH_PX,
    resizeQuality: 'medium',
  }).catch(() => null);
  if (bitmap === null) {
    return null;
  }
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return await canvas.convertToBlob({ type: 'image/png' });
}
