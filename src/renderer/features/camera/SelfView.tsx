import './camera.css';
import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { Icon } from '../../ui/icons.tsx';
import { LiveVideo } from '../../ui/LiveVideo.tsx';
import type { Camera } from './camera.ts';

/** What the physician is shown of the room, and the two switches that decide it. */
export function SelfView({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const { stream, cameraOn, microphoneOn, faults } = useObservable(camera);
  const hasVideo = (stream?.getVideoTracks().length ?? 0) > 0;
  return (
    <section className="card selfview" aria-labelledby="selfview-title">
      <h2 id="selfview-title" className="unseen">
        {t('camera.title')}
      </h2>
      <div className="selfview-picture">
        {hasVideo && cameraOn ? (
          <LiveVideo stream={stream} muted mirrored={false} label={t('camera.picture')} />
        ) : (
          <p className="selfview-none">{hasVideo ? t('camera.off') : t('camera.none')}</p>
        )}
        <span className="selfview-caption">{t('camera.caption')}</span>
      </div>
      {faults.map((value) => (
        <p key={value.code} className="selfview-fault small" role="alert">
          {faultText(t, value)}
        </p>
      ))}
      <div className="selfview-switches">
        <button
          type="button"
          className="button wide"
          aria-pressed={!cameraOn}
          onClick={() => {
            camera.setCameraOn(!cameraOn);
          }}
        >
          <Icon name={cameraOn ? 'camera' : 'cameraOff'} />
          {cameraOn ? t('camera.cameraIsOn') : t('camera.cameraIsOff')}
        </button>
        <button
          type="button"
          className="button wide"
          aria-pressed={!microphoneOn}
          onClick={() => {
            camera.setMicrophoneOn(!microphoneOn);
          }}
        >
          <Icon name={microphoneOn ? 'microphone' : 'microphoneOff'} />
          {microphoneOn ? t('camera.microphoneIsOn') : t('camera.microphoneIsOff')}
        </button>
      </div>
    </section>
  );
}
