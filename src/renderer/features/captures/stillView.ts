import type { Image } from 'cornerstone-core';
import { createObservable, type Observable } from '../../media/observable.ts';
import { stillImage } from './stillImage.ts';
import type { CaptureFile } from './thumbnails.ts';
import { fitted, type View } from './viewport.ts';

/** A still in a frame of the page, drawn by cornerstone. */
export type StillView = {
  /** null: not decoded yet. */
  readonly view: Observable<View | null>;
  readonly size: { readonly width: number; readonly height: number };
  readonly set: (view: View) => void;
  /** The whole picture, as it was taken. */
  readonly whole: () => void;
  readonly close: () => void;
};

const SCHEME = 'still';
/** Pictures on their way into the viewer, by the number in their id. */
const waiting = new Map<string, CaptureFile>();
let numbers = 0;

/** Loaded when the first still is looked at: nobody waits for it at the start. */
const loadCornerstone = once(async () => {
  const { default: cornerstone } = await import('cornerstone-core');
  cornerstone.registerImageLoader(SCHEME, (imageId) => ({
    promise: decode(imageId),
    cancelFn: undefined,
  }));
  return cornerstone;
});

async function decode(imageId: string): Promise<Image> {
  const file = waiting.get(imageId);
  const image = file === undefined ? null : await stillImage(imageId, file);
  if (image === null) {
    throw new Error('no picture');
  }
  return image;
}

/** @param element empty; it is the viewer's until `close`. @returns null: the file is no picture. */
export async function openStill(
  element: HTMLElement,
  file: CaptureFile,
): Promise<StillView | null> {
  const cornerstone = await loadCornerstone();
  const imageId = `${SCHEME}:${++numbers}`;
  waiting.set(imageId, file);
  const image = await cornerstone.loadImage(imageId).catch(() => null);
  waiting.delete(imageId);
  if (image === null) {
    return null;
  }
  const view = createObservable<View | null>(null);
  cornerstone.enable(element);
  cornerstone.displayImage(element, image);
  const set = (next: View): void => {
    const { scale, x, y, windowWidth, windowCenter, invert } = next;
    cornerstone.setViewport(element, {
      ...cornerstone.getDefaultViewportForImage(element, image),
      scale,
      translation: { x, y },
      voi: { windowWidth, windowCenter },
      invert,
      // Enlarged beyond its pixels, the picture shows them and invents nothing between.
      pixelReplication: scale > 2,
    });
    view.set(next);
  };
  const whole = (): void => {
    set(fitted(image, { width: element.clientWidth, height: element.clientHeight }));
  };
  const observer = new ResizeObserver(() => {
    cornerstone.resize(element, false);
    whole();
  });
  observer.observe(element);
  return {
    view,
    size: image,
    set,
    whole,
    close: () => {
      observer.disconnect();
      cornerstone.disable(element);
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
