import type { Image } from 'cornerstone-core';
import type { CaptureFile } from './thumbnails.ts';
import { AS_TAKEN } from './viewport.ts';

/** Red, green, blue, alpha. */
const CHANNELS = 4;

/** Decodes the very bytes that were kept, and nothing else; null: they are no picture. */
export async function stillImage(imageId: string, file: CaptureFile): Promise<Image | null> {
  const blob = new Blob([new Uint8Array(file.bytes)], { type: file.mediaType });
  // The screen's colour profile is for showing, not for the pixels that are measured.
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch(() => null);
  if (bitmap === null) {
    return null;
  }
  const { width, height } = bitmap;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const pixels = context?.getImageData(0, 0, width, height).data;
  return pixels === undefined ? null : imageOf(imageId, canvas, pixels);
}

function imageOf(imageId: string, canvas: HTMLCanvasElement, pixels: Uint8ClampedArray): Image {
  const { width, height } = canvas;
  return {
    imageId,
    minPixelValue: 0,
    maxPixelValue: 255,
    slope: 1,
    intercept: 0,
    windowCenter: AS_TAKEN.windowCenter,
    windowWidth: AS_TAKEN.windowWidth,
    rows: height,
    columns: width,
    height,
    width,
    color: true,
    // Four bytes a pixel are what cornerstone expects; `rgba` would ask it to blend them.
    rgba: false,
    invert: AS_TAKEN.invert,
    // No camera tells how many millimetres a pixel is: nothing may be measured on it.
    columnPixelSpacing: undefined,
    rowPixelSpacing: undefined,
    sizeInBytes: width * height * CHANNELS,
    getPixelData: () => pixels,
    getCanvas: () => canvas,
  };
}
