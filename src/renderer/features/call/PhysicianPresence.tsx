import './call.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReceiverReport } from '../../../contracts/live.ts';
import type { PeerInfo } from '../../../contracts/signalling.ts';
import { Icon } from '../../ui/icons.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';

type PhysicianPresenceProps = {
  readonly physicians: readonly PeerInfo[];
  readonly reports: ReadonlyMap<string, ReceiverReport>;
  /** @returns whether the link is in the clipboard now. */
  readonly onCopyLink: () => Promise<boolean>;
  readonly linkReady: boolean;
};

/** Who is with us, and what they really receive: their own figures, not what we sent. */
export function PhysicianPresence(props: PhysicianPresenceProps) {
  const { t } = useTranslation();
  const { physicians, reports } = props;
  return (
    <section className="card presence" aria-labelledby="presence-title">
      <header>
        <h2 id="presence-title">{t('presence.title')}</h2>
        <StateBadge
          tone={physicians.length > 0 ? 'good' : 'idle'}
          text={
            physicians.length > 0
              ? t('presence.count', { count: physicians.length })
              : t('presence.nobody')
          }
        />
      </header>
      {physicians.length === 0 ? <p className="soft">{t('presence.invite')}</p> : null}
      <ul>
        {physicians.map((peer, index) => (
          <li key={peer.peerId}>
            <PhysicianReport
              name={
                peer.displayName === ''
                  ? t('presence.physician', { number: index + 1 })
                  : peer.displayName
              }
              report={reports.get(peer.peerId) ?? null}
            />
          </li>
        ))}
      </ul>
      <CopyLink {...props} />
    </section>
  );
}

function PhysicianReport({
  name,
  report,
}: {
  readonly name: string;
  readonly report: ReceiverReport | null;
}) {
  const { t } = useTranslation();
  if (report === null) {
    return <p className="soft">{t('presence.noReport', { name })}</p>;
  }
  const { samplesMissing, samplesLate, delayMsP50, videoFps, videoWidth, videoHeight } = report;
  const complete = samplesMissing === 0;
  return (
    <>
      <p className={`verdict ${complete ? 'good' : 'warn'}`}>
        {complete
          ? t('presence.complete', { name })
          : t('presence.missing', { name, value: samplesMissing })}
      </p>
      <dl className="figures number">
        <div>
          <dt>{t('presence.delay')}</dt>
          <dd>
            {delayMsP50 === null
              ? t('common.unknown')
              : t('common.ms', { value: Math.round(delayMsP50) })}
          </dd>
        </div>
        <div>
          <dt>{t('presence.late')}</dt>
          <dd>{t('common.number', { value: samplesLate })}</dd>
        </div>
        <div>
          <dt>{t('presence.video')}</dt>
          <dd>
            {videoFps === null || videoWidth === null
              ? t('presence.noVideo')
              : t('presence.videoSize', {
                  fps: Math.round(videoFps),
                  width: videoWidth,
                  height: videoHeight ?? 0,
                })}
          </dd>
        </div>
      </dl>
    </>
  );
}

function CopyLink({ onCopyLink, linkReady }: PhysicianPresenceProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    setCopied(false);
    setCopied(await onCopyLink());
  };
  return (
    <>
      <button
        type="button"
        className="button primary wide"
        disabled={!linkReady}
        onClick={() => {
          void copy();
        }}
      >
        <Icon name="link" />
        {t('presence.copyLink')}
      </button>
      <p className="small soft copied" aria-live="polite">
        {copied ? t('presence.copied') : t('presence.linkNote')}
      </p>
    </>
  );
}
