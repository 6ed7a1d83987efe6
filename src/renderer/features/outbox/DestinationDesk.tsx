import './destinations.css';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DestinationState } from '../../../contracts/outbox.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { DestinationForm } from './DestinationForm.tsx';
import type { OutboxModel } from './outboxModel.ts';
import { DESTINATION_TONES, destinationName, whenWords } from './words.ts';

/** Where documents go: the archive, the record server, the hub; how each is reached and proves it. */
export function DestinationDesk({ outbox }: { readonly outbox: OutboxModel }) {
  const { t } = useTranslation();
  const destinations = useObservable(outbox.destinations);
  const [wantedId, setWantedId] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    void outbox.lookAtDestinations();
  }, [outbox]);
  const known = destinations.find(({ destination }) => destination.destinationId === wantedId);
  const chosen = adding ? null : (known ?? destinations[0] ?? null);
  return (
    <section className="destination-desk" aria-label={t('technician.desk.destinations')}>
      <div className="card destination-list">
        <h2>{t('destination.title')}</h2>
        {destinations.length === 0 ? <p className="soft">{t('destination.none')}</p> : null}
        <ul>
          {destinations.map((one) => (
            <li key={one.destination.destinationId}>
              <DestinationChoice
                state={one}
                current={one === chosen}
                onChoose={() => {
                  setAdding(false);
                  setWantedId(one.destination.destinationId);
                }}
              />
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="button"
          onClick={() => {
            setAdding(true);
          }}
        >
          {t('destination.add')}
        </button>
      </div>
      {chosen === null && !adding ? null : (
        <DestinationForm
          key={chosen?.destination.destinationId ?? ''}
          state={chosen}
          outbox={outbox}
          onSaved={(destinationId) => {
            setAdding(false);
            setWantedId(destinationId);
          }}
        />
      )}
    </section>
  );
}

type DestinationChoiceProps = {
  readonly state: DestinationState;
  readonly current: boolean;
  readonly onChoose: () => void;
};

function DestinationChoice({ state: told, current, onChoose }: DestinationChoiceProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { destination, state, retryAt, fault } = told;
  return (
    <button
      type="button"
      className="device-choice"
      aria-current={current}
      data-destination={destination.destinationId}
      onClick={onChoose}
    >
      <span className="device-words">
        <strong>{destinationName(t, destination)}</strong>
        <span className="small soft">{t(`destination.kind.${destination.kind}`)}</span>
        <span className="small soft one-line">{destination.url}</span>
        <StateBadge
          tone={DESTINATION_TONES[state]}
          live={false}
          text={
            state === 'backingOff' && retryAt === null
              ? t('destination.silent')
              : t(`destination.state.${state}`, { when: whenWords(retryAt, now, i18n.language) })
          }
        />
        {fault === null ? null : (
          <span className="small device-trouble">{faultText(t, fault)}</span>
        )}
      </span>
    </button>
  );
}
