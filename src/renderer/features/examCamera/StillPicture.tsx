import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Still } from './still.ts';

/** The very bytes that are saved, not another rendering of the frame. */
export function StillPicture({ still }: { readonly still: Still }) {
  const { t } = useTranslation();
  const { png } = still;
  const show = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(new Blob([png], { type: 'image/png' }));
      image.src = url;
      return () => {
        URL.revokeObjectURL(url);
      };
    },
    [png],
  );
  return <img ref={show} alt={t('examCamera.still')} />;
}
