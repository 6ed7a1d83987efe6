import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../contracts/outbox.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { VirtualRows } from '../../ui/VirtualRows.tsx';
import type { OutboxModel } from './outboxModel.ts';
import { DELIVERY_TONES, destinationName, offsetWords, whenWords } from './words.ts';

const ROW_PX = 48;
const COLUMNS = [
  'number',
  'kind',
  'destination',
  'state',
  'ack',
  'attempts',
  'bytes',
  'next',
  'fault',
] as const;
const NOTHING = (): void => undefined;

type DeliveryTableProps = {
  readonly deliveries: readonly Delivery[];
  readonly known: boolean;
  readonly outbox: OutboxModel;
  readonly chosenId: number | null;
  readonly onChoose: (deliveryId: number) => void;
};

/** Thousands of deliveries, of which only those in sight exist. */
export function DeliveryTable(props: DeliveryTableProps) {
  const { t } = useTranslation();
  const { deliveries, known, chosenId, onChoose } = props;
  const now = useNow();
  const destinations = useObservable(props.outbox.destinations);
  const names = new Map(
    destinations.map(({ destination }) => [
      destination.destinationId,
      destinationName(t, destination),
    ]),
  );
  return (
    <>
      <div className="delivery-head small soft" aria-hidden="true">
        {COLUMNS.map((name) => (
          <span key={name} data-column={name}>
            {t(`delivery.column.${name}`)}
          </span>
        ))}
      </div>
      {known && deliveries.length === 0 ? (
        <p className="delivery-none soft">{t('delivery.none')}</p>
      ) : null}
      <VirtualRows
        rows={deliveries}
        keyOf={({ deliveryId }) => deliveryId}
        rowHeight={ROW_PX}
        label={t('delivery.list')}
        follow={false}
        onLeave={NOTHING}
        render={(delivery) => (
          <button
            type="button"
            className="delivery-row number"
            data-delivery={delivery.deliveryId}
            data-state={delivery.state}
            aria-current={delivery.deliveryId === chosenId}
            onClick={() => {
              onChoose(delivery.deliveryId);
            }}
          >
            <DeliveryCells
              now={now}
              delivery={delivery}
              destination={names.get(delivery.destinationId) ?? delivery.destinationId}
            />
          </button>
        )}
      />
    </>
  );
}

type DeliveryCellsProps = {
  readonly delivery: Delivery;
  readonly destination: string;
  readonly now: Date;
};

function DeliveryCells({ delivery, destination, now }: DeliveryCellsProps) {
  const { t, i18n } = useTranslation();
  const { deliveryId, kind, state, ack, attempts, nextAttemptAt, fault } = delivery;
  return (
    <>
      <span data-column="number">{deliveryId}</span>
      <span data-column="kind">{t(`delivery.kind.${kind}`)}</span>
      <span data-column="destination">{destination}</span>
      <span data-column="state">
        <StateBadge tone={DELIVERY_TONES[state]} text={t(`delivery.state.${state}`)} live={false} />
      </span>
      <span data-column="ack">{t(`delivery.ack.${ack}`)}</span>
      <span data-column="attempts">{attempts}</span>
      <span data-column="bytes">{offsetWords(delivery, i18n.language)}</span>
      <span data-column="next">{whenWords(nextAttemptAt, now, i18n.language)}</span>
      <span data-column="fault">{fault?.code ?? ''}</span>
    </>
  );
}
