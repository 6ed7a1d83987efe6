import { useTranslation } from 'react-i18next';
import { faultText } from '../../i18n/index.ts';
import type { Shot } from './examCamera.ts';

type StillCardProps = {
  readonly shot: Shot | null;
  readonly url: string | null;
  readonly enlarged: boolean;
  readonly onEnlarge: (enlarged: boolean) => void;
};

/** The picture that was taken last, with its size and what became of it. */
export function StillCard({ shot, url, enlarged, onEnlarge }: StillCardProps) {
  const { t } = useTranslation();
  const still = shot?.still ?? null;
  return (
    <figure className="exam-still">
      {url === null ? (
        <p className="exam-still-none small soft">{t('examCamera.noStill')}</p>
      ) : (
        <img src={url} alt={t('examCamera.still')} />
      )}
      <figcaption aria-live="polite">
        {shot === null ? null : (
          <span className={`exam-shot ${shot.state}`} data-shot={shot.number}>
            {shot.fault === null ? t(`examCamera.shot.${shot.state}`) : faultText(t, shot.fault)}
          </span>
        )}
        {still === null ? null : (
          <span className="number">
            {t('examCamera.size', { width: still.widthPx, height: still.heightPx })}
          </span>
        )}
      </figcaption>
      {url === null ? null : (
        <button
          type="button"
          className="button wide"
          onClick={() => {
            onEnlarge(!enlarged);
          }}
        >
          {enlarged ? t('examCamera.backToLive') : t('examCamera.enlarge')}
        </button>
      )}
    </figure>
  );
}
