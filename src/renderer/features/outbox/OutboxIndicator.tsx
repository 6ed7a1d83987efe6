import './outboxIndicator.css';
import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import { Icon } from '../../ui/icons.tsx';
import { indicatorOf } from './indicator.ts';
import type { OutboxModel } from './outboxModel.ts';

type OutboxIndicatorProps = {
  readonly outbox: OutboxModel;
  /** Where one sees what waits. */
  readonly onOpen: () => void;
};

/** Quiet while nobody is needed; in words when somebody is. */
export function OutboxIndicator({ outbox, onOpen }: OutboxIndicatorProps) {
  const { t } = useTranslation();
  const { state, tone, words, count } = indicatorOf(useObservable(outbox));
  const text = t(`outbox.indicator.${words}`, { count });
  return (
    <button
      type="button"
      className={`outbox-indicator ${tone}`}
      data-outbox={state}
      title={t('outbox.open')}
      onClick={onOpen}
    >
      <Icon name={state === 'clear' ? 'check' : 'send'} />
      <span aria-live="polite">{text}</span>
    </button>
  );
}
