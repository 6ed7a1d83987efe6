import { useTranslation } from 'react-i18next';
import type { NetworkState, OutboxSummary } from '../../../contracts/outbox.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import type { OutboxModel } from './outboxModel.ts';
import { bytesText } from './quantities.ts';
import { whenWords } from './words.ts';

const NETWORK_TONES: Record<NetworkState, Tone> = {
  up: 'good',
  offline: 'bad',
  captivePortal: 'warn',
  paused: 'warn',
};

type OutboxBarProps = {
  readonly outbox: OutboxModel;
  readonly onPause: (paused: boolean) => void;
};

/** The whole outbox in figures, and the switch that holds it. */
export function OutboxBar({ outbox, onPause }: OutboxBarProps) {
  const { t } = useTranslation();
  const { summary, fault } = useObservable(outbox);
  if (summary === null) {
    return (
      <div className="card outbox-bar">
        <p className="soft">
          {fault === null ? t('outbox.indicator.unknown') : faultText(t, fault)}
        </p>
      </div>
    );
  }
  const paused = summary.network === 'paused';
  return (
    <div className="card outbox-bar">
      <StateBadge
        tone={NETWORK_TONES[summary.network]}
        text={t(`delivery.network.${summary.network}`)}
      />
      {summary.slowed ? <StateBadge tone="warn" text={t('delivery.slowed')} /> : null}
      <Figures summary={summary} />
      <span className="spring" />
      <button
        type="button"
        className={`button ${paused ? 'primary' : ''}`}
        onClick={() => {
          onPause(!paused);
        }}
      >
        {paused ? t('outbox.resume') : t('outbox.pause')}
      </button>
    </div>
  );
}

function Figures({ summary }: { readonly summary: OutboxSummary }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { waiting, sending, stuck, waitingBytes, oldestWaitingAt, doneToday } = summary;
  const number = new Intl.NumberFormat(i18n.language);
  const figures = [
    ['waiting', number.format(waiting)],
    ['sending', number.format(sending)],
    ['stuck', number.format(stuck)],
    ['size', bytesText(waitingBytes, i18n.language)],
    ['oldest', whenWords(oldestWaitingAt, now, i18n.language)],
    ['doneToday', number.format(doneToday)],
  ] as const;
  return (
    <dl className="outbox-figures">
      {figures.map(([name, value]) => (
        <div key={name} data-figure={name}>
          <dt>{t(`delivery.figure.${name}`)}</dt>
          <dd className="number">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
