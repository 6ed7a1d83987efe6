import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { LiveVideo } from '../../ui/LiveVideo.tsx';

type PatientPictureProps = {
  readonly stream: MediaStream | null;
  /** The call is not up: what is still seen is not live. */
  readonly frozen: boolean;
};

/** The cart's camera. It starts muted, as browsers want; sound is one press away. */
export function PatientPicture({ stream, frozen }: PatientPictureProps) {
  const { t } = useTranslation();
  const [soundOn, setSoundOn] = useState(false);
  const [blockedStream, setBlockedStream] = useState<MediaStream | null>(null);
  const blocked = stream !== null && blockedStream === stream;
  const onBlocked = useCallback(() => {
    setBlockedStream(stream);
  }, [stream]);
  const hasVideo = (stream?.getVideoTracks().length ?? 0) > 0;
  return (
    <section className="card picture" aria-label={t('physician.picture')}>
      <div className="picture-frame">
        {stream !== null && !blocked ? (
          <LiveVideo
            stream={stream}
            muted={!soundOn}
            mirrored={false}
            label={t('physician.picture')}
            onBlocked={onBlocked}
          />
        ) : null}
        {blocked ? (
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setBlockedStream(null);
            }}
          >
            {t('physician.startVideo')}
          </button>
        ) : null}
        {hasVideo || blocked ? null : <p>{t('physician.noVideo')}</p>}
        {frozen && hasVideo ? <p className="picture-frozen">{t('physician.frozen')}</p> : null}
        <button
          type="button"
          className="button picture-sound"
          aria-pressed={!soundOn}
          disabled={stream === null}
          onClick={() => {
            setSoundOn(!soundOn);
          }}
        >
          <Icon name={soundOn ? 'microphone' : 'microphoneOff'} />
          {soundOn ? t('physician.soundIsOn') : t('physician.soundIsOff')}
        </button>
      </div>
    </section>
  );
}
