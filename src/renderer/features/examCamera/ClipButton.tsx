import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { Icon } from '../../ui/icons.tsx';
import { CLIP_MOST_MS, type ClipRecorder, type ClipState } from './clip.ts';

type ClipButtonProps = {
  readonly clip: ClipRecorder;
  /** A live picture is there to be recorded. */
  readonly live: boolean;
};

const SECOND_MS = 1_000;

/** Starts and ends a clip; says how long it is and what became of it. */
export function ClipButton({ clip, live }: ClipButtonProps) {
  const { t } = useTranslation();
  const now = useObservable(clip);
  const recording = now.state === 'recording';
  return (
    <div className="exam-clip" data-clip={now.state}>
      <button
        type="button"
        className="button wide"
        aria-pressed={recording}
        disabled={now.state === 'finishing' || (!live && !recording)}
        onClick={recording ? clip.stop : clip.start}
      >
        <Icon name="record" />
        {recording ? t('clip.stop') : t('clip.start')}
      </button>
      {recording ? (
        <meter min={0} max={CLIP_MOST_MS} value={now.elapsedMs} aria-label={t('clip.length')} />
      ) : null}
      <p className={`small ${now.state === 'failed' ? 'form-problem' : 'soft'}`} role="status">
        {wordsOf(now)}
      </p>
    </div>
  );

  function wordsOf(state: ClipState): string {
    switch (state.state) {
      case 'none':
        return t('clip.most', { seconds: CLIP_MOST_MS / SECOND_MS });
      case 'recording':
        return t('clip.recording', {
          seconds: Math.floor(state.elapsedMs / SECOND_MS),
          most: CLIP_MOST_MS / SECOND_MS,
        });
      case 'finishing':
        return t('examCamera.shot.saving');
      case 'kept':
        return t('clip.kept', { seconds: state.durationMs / SECOND_MS });
      case 'failed':
        return faultText(t, state.fault);
      default:
        return state satisfies never;
    }
  }
}
