import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../app/useNow.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { ActGroup } from './actGroups.ts';
import { momentText } from './quantities.ts';
import { muchWords } from './words.ts';

type ActGroupCardProps = {
  readonly group: ActGroup;
  readonly onRetry: (deliveryIds: readonly number[]) => void;
  readonly onFirst: (deliveryIds: readonly number[]) => void;
};

/** One act: how much of it waits, since when and why. */
export function ActGroupCard({ group, onRetry, onFirst }: ActGroupCardProps) {
  const { t, i18n } = useTranslation();
  const [helping, setHelping] = useState(false);
  const { actId, stuck, waiting, reasons, sending } = group;
  const since = momentText(group.since, useNow(), i18n.language);
  const idsOf = (deliveries: ActGroup['stuck']): number[] =>
    deliveries.map(({ deliveryId }) => deliveryId);
  return (
    <article className="card act-group" data-act={actId ?? ''}>
      <header>
        <h3>{actId === null ? t('outbox.noAct') : t('outbox.act', { when: since })}</h3>
        <StateBadge {...badgeOf()} />
      </header>
      <p className="number">
        <strong>{muchWords(t, group, i18n.language)}</strong>
        <span className="soft"> · {t('outbox.since', { when: since })}</span>
      </p>
      <ul className="act-reasons">
        {reasons.map((why) => (
          <li key={why}>{t(`outbox.why.${why}`)}</li>
        ))}
        {reasons.length === 0 && !sending ? <li className="soft">{t('outbox.turn')}</li> : null}
      </ul>
      <div className="act-buttons">
        <button
          type="button"
          className="button"
          onClick={() => {
            onRetry(idsOf([...stuck, ...waiting]));
          }}
        >
          {t('outbox.retryNow')}
        </button>
        <button
          type="button"
          className="button"
          disabled={waiting.length === 0}
          onClick={() => {
            onFirst(idsOf(waiting));
          }}
        >
          {t('outbox.sendFirst')}
        </button>
        {stuck.length === 0 ? null : (
          <button
            type="button"
            className="button help"
            aria-expanded={helping}
            onClick={() => {
              setHelping(!helping);
            }}
          >
            {t('outbox.needHelp')}
          </button>
        )}
      </div>
      {helping ? (
        <p className="act-help" role="status">
          {t('outbox.helpWords', { numbers: idsOf(stuck).join(', ') })}
        </p>
      ) : null}
    </article>
  );

  function badgeOf() {
    if (stuck.length > 0) {
      return { tone: 'warn', text: t('outbox.groupStuck') } as const;
    }
    return sending
      ? ({ tone: 'good', text: t('outbox.groupSending') } as const)
      : ({ tone: 'idle', text: t('outbox.groupWaiting') } as const);
  }
}
