import type { CaptureContent } from '../../contracts/captures.ts';
import { pngSize, wavSize } from './mediaHeaders.ts';
import { webmFacts } from './webmHeader.ts';

const SECOND = 1000;

/** Whether a file is what is said of it; a capture without a file is nothing but what is said. */
export function isWhatItSays(content: CaptureContent, bytes: Uint8Array | null): boolean {
  if (mediaTypeOf(content) === null || bytes === null) {
    return mediaTypeOf(content) === null && bytes === null;
  }
  switch (content.kind) {
    case 'still': {
      const size = pngSize(bytes);
      return size?.widthPx === content.widthPx && size.heightPx === content.heightPx;
    }
    case 'clip': {
      const facts = webmFacts(bytes);
      return (
        facts?.widthPx === content.widthPx &&
        facts.heightPx === content.heightPx &&
        Math.abs(facts.durationMs - content.durationMs) <= SECOND
      );
    }
    case 'audio': {
      const size = wavSize(bytes);
      return size?.rateHz === content.rateHz && size.samples === content.samples;
    }
    case 'ecg':
    case 'measurement':
    case 'spirometryEffort':
      break;
  }
  return false;
}

/** null: it has no file of its own. */
export function mediaTypeOf(content: CaptureContent): string | null {
  return 'mediaType' in content ? content.mediaType : null;
}
