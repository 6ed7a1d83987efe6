import { useTranslation } from 'react-i18next';
import { faultText } from '../../i18n/index.ts';
import type { Shot } from './examCamera.ts';
import { StillPicture } from './StillPicture.tsx';

type StillCardProps = {
  readonly shot: Shot | null;
  readonly enlarged: boolean;
  readonly onEnlarge: (enlarged: boolean) => void;
};

/** The picture that was taken last, with its size and what became of it. */
export function StillCard({ shot, enlarged, onEnlarge }: StillCardProps) {
  const { t } = useTranslation();
  const still = shot?.still ?? null;
  return (
    <figure className="exam-still">
      {still === null ? (
        <p className="exam-still-none small soft">{t('examCamera.noStill')}</p>
      ) : (
        <StillPicture still={still} />
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
      {still === null ? null : (
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
