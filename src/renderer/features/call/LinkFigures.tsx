import './call.css';
import { useTranslation } from 'react-i18next';
import type { LinkFigures as Figures, VideoFigures } from '../../media/callState.ts';
import { linkVerdict } from './verdict.ts';

type LinkFiguresProps = {
  readonly link: Figures;
  readonly video: VideoFigures | null;
  readonly rateHz: number | null;
};

/** The state of the link: first in words, then in numbers. */
export function LinkFigures({ link, video, rateHz }: LinkFiguresProps) {
  const { t } = useTranslation();
  const verdict = linkVerdict(link);
  const seconds = (samples: number): string =>
    t('common.seconds', { value: rateHz === null ? 0 : samples / rateHz });
  const { delayMs } = link;
  const unknown = t('common.unknown');
  return (
    <section className="card presence" aria-labelledby="link-title">
      <h2 id="link-title">{t('link.title')}</h2>
      <p className={`verdict ${verdict.tone}`} role="status">
        {t(`link.${verdict.words}`, { value: link.samplesMissing })}
      </p>
      <dl className="figures number">
        <Figure
          name={t('link.delay')}
          value={delayMs === null ? unknown : t('common.ms', { value: Math.round(delayMs.p50) })}
          note={delayMs === null ? '' : t('link.delayMost', { value: Math.round(delayMs.p95) })}
        />
        <Figure
          name={t('link.missingCount')}
          value={t('common.number', { value: link.samplesMissing })}
          note={t('link.ofReceived', { value: link.samplesReceived })}
        />
        <Figure
          name={t('link.caughtUp')}
          value={seconds(link.backfilledSamples)}
          note={link.reconnects > 0 ? t('link.reconnects', { count: link.reconnects }) : ''}
        />
        <Figure
          name={t('link.video')}
          value={video === null ? unknown : t('link.fps', { value: Math.round(video.fps) })}
          note={video === null ? '' : t('link.size', { width: video.width, height: video.height })}
        />
      </dl>
    </section>
  );
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        <span className="figure-note">{note}</span>
      </dd>
    </div>
  );
}
