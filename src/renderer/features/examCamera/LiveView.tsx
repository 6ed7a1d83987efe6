import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputState } from '../../media/inputSession.ts';
import { pageTimers } from '../../media/timers.ts';
import type { ExamCamera } from './examCamera.ts';
import { watchFrames } from './frameWatch.ts';
import { StillPicture } from './StillPicture.tsx';
import type { Still } from './still.ts';

type LiveViewProps = {
  readonly camera: ExamCamera;
  readonly input: InputState;
  /** A still that covers the live picture; null: the live picture. */
  readonly still: Still | null;
};

/** The picture at the proportions of the camera, and words where it is not what it seems. */
export function LiveView({ camera, input, still }: LiveViewProps) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [frozen, setFrozen] = useState(false);
  const [size, setSize] = useState('');
  const { stream } = input;
  useEffect(() => {
    const element = video.current;
    if (element === null || stream === null) {
      return undefined;
    }
    element.srcObject = stream;
    const frames = watchFrames(element, pageTimers);
    const unsubscribe = frames.subscribe(() => {
      setFrozen(frames.state());
    });
    camera.setView({ video: element, frames });
    // Muted and asked for: nothing forbids it. What still fails shows as a picture that stands.
    element.play().catch(() => undefined);
    return () => {
      camera.setView(null);
      unsubscribe();
      frames.stop();
      setFrozen(false);
      setSize('');
      element.srcObject = null;
    };
  }, [camera, stream]);
  const showSize = (): void => {
    const { videoWidth: width, videoHeight: height } = video.current ?? {};
    setSize(width === undefined || width === 0 ? '' : t('examCamera.size', { width, height }));
  };
  return (
    <div className="exam-view">
      <video
        ref={video}
        muted
        playsInline
        aria-label={t('examCamera.live')}
        onLoadedMetadata={showSize}
        onResize={showSize}
      />
      {still === null ? null : <StillPicture still={still} />}
      {stream === null ? <p className="exam-none">{t(`exam.phase.${input.phase}`)}</p> : null}
      {frozen && still === null ? (
        <p className="exam-none warn" role="alert">
          {t('examCamera.frozen')}
        </p>
      ) : null}
      <span className="exam-caption">
        {still === null ? t('examCamera.live') : t('examCamera.still')}
        {size === '' || still !== null ? null : <span className="number"> · {size}</span>}
      </span>
    </div>
  );
}
