import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Result } from '../../../contracts/faults.ts';
import type { Delivery, DeliveryEvent } from '../../../contracts/outbox.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { TextField } from '../../ui/TextField.tsx';
import { dateText } from '../vitals/values.ts';
import { isStuck } from './actGroups.ts';
import type { OutboxModel } from './outboxModel.ts';
import { destinationName, faultCode, offsetWords } from './words.ts';

type DeliveryDrawerProps = {
  readonly delivery: Delivery;
  readonly outbox: OutboxModel;
  readonly run: (work: Promise<Result<unknown>>) => Promise<boolean>;
  readonly onClose: () => void;
};

/** One delivery: what can be done with it, and all that ever happened to it. */
export function DeliveryDrawer({ delivery, outbox, run, onClose }: DeliveryDrawerProps) {
  const { t } = useTranslation();
  const drawer = useRef<HTMLElement>(null);
  const { deliveryId, fault, state } = delivery;
  useEffect(() => {
    drawer.current?.focus();
  }, []);
  return (
    <aside
      ref={drawer}
      className="card delivery-drawer"
      aria-label={t('delivery.title', { number: deliveryId })}
      tabIndex={-1}
      onKeyDown={({ key }) => {
        if (key === 'Escape') {
          onClose();
        }
      }}
    >
      <header>
        <h3>{t('delivery.title', { number: deliveryId })}</h3>
        <button type="button" className="button quiet" onClick={onClose}>
          {t('exam.close')}
        </button>
      </header>
      {fault === null ? null : (
        <p className="delivery-fault">
          {faultText(t, fault)} <code>{faultCode(fault)}</code>
        </p>
      )}
      {state === 'done' ? null : (
        <DeliveryButtons deliveryId={deliveryId} outbox={outbox} run={run} />
      )}
      {isStuck(delivery) ? (
        <ResolveForm onResolve={(note) => run(outbox.resolve(deliveryId, note))} />
      ) : null}
      <Facts delivery={delivery} outbox={outbox} />
      <History delivery={delivery} outbox={outbox} />
    </aside>
  );
}

type DeliveryButtonsProps = Pick<DeliveryDrawerProps, 'outbox' | 'run'> & {
  readonly deliveryId: number;
};

function DeliveryButtons({ deliveryId, outbox, run }: DeliveryButtonsProps) {
  const { t } = useTranslation();
  const actions = [
    { name: 'retry', work: () => outbox.retry([deliveryId]) },
    { name: 'first', work: () => outbox.putFirst([deliveryId]) },
    { name: 'last', work: () => outbox.putLast(deliveryId) },
  ] as const;
  return (
    <div className="delivery-actions">
      {actions.map(({ name, work }) => (
        <button key={name} type="button" className="button" onClick={() => void run(work())}>
          {t(`delivery.${name}`)}
        </button>
      ))}
    </div>
  );
}

function Facts({ delivery, outbox }: Pick<DeliveryDrawerProps, 'delivery' | 'outbox'>) {
  const { t, i18n } = useTranslation();
  const destinations = useObservable(outbox.destinations);
  const { destinationId, kind, state, ack, attempts, priority, objectId, actId } = delivery;
  const { enqueuedAt, nextAttemptAt, doneAt } = delivery;
  const known = destinations.find(({ destination }) => destination.destinationId === destinationId);
  const moment = (iso: string | null): string =>
    iso === null ? '—' : dateText(iso, i18n.language);
  const facts = [
    [t('delivery.column.kind'), t(`delivery.kind.${kind}`)],
    [
      t('delivery.column.destination'),
      known === undefined ? destinationId : destinationName(t, known.destination),
    ],
    [t('delivery.column.state'), t(`delivery.state.${state}`)],
    [t('delivery.column.ack'), t(`delivery.ack.${ack}`)],
    [t('delivery.column.attempts'), String(attempts)],
    [t('delivery.priority'), String(priority)],
    [t('delivery.column.bytes'), offsetWords(delivery, i18n.language)],
    [t('delivery.enqueuedAt'), moment(enqueuedAt)],
    [t('delivery.column.next'), moment(nextAttemptAt)],
    [t('delivery.doneAt'), moment(doneAt)],
    [t('delivery.object'), objectId],
    [t('delivery.act'), actId ?? '—'],
  ] as const;
  return (
    <dl className="small number">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const LONGEST_NOTE = 500;

/** Giving something up is a decision: it takes a reason, which stays in the history. */
function ResolveForm({ onResolve }: { readonly onResolve: (note: string) => Promise<boolean> }) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const told = note.trim();
  return (
    <form
      className="delivery-resolve"
      onSubmit={(event) => {
        event.preventDefault();
        void onResolve(told).then((resolved) => {
          if (resolved) {
            setNote('');
          }
        });
      }}
    >
      <TextField
        label={t('delivery.resolveReason')}
        hint={t('delivery.resolveHint')}
        value={note}
        onChange={setNote}
        rows={2}
        maxLength={LONGEST_NOTE}
      />
      <button type="submit" className="button" disabled={told === ''}>
        {t('delivery.resolve')}
      </button>
    </form>
  );
}

function History({ delivery, outbox }: Pick<DeliveryDrawerProps, 'delivery' | 'outbox'>) {
  const { t, i18n } = useTranslation();
  const [events, setEvents] = useState<readonly DeliveryEvent[]>([]);
  useEffect(() => {
    let current = true;
    // A delivery that changed is another object: its history grew.
    void outbox.history(delivery.deliveryId).then((told) => {
      if (current && told.ok) {
        setEvents(told.value);
      }
    });
    return () => {
      current = false;
    };
  }, [outbox, delivery]);
  return (
    <>
      <h4>{t('delivery.history')}</h4>
      <ol className="delivery-history small">
        {events.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the history only grows at its end
          <li key={index}>
            <span className="number soft">{dateText(event.at, i18n.language)}</span>
            <strong>{t(`delivery.event.${event.event}`)}</strong>
            {event.fault === null ? null : <code>{faultCode(event.fault)}</code>}
            {event.note === null ? null : <q>{event.note}</q>}
          </li>
        ))}
      </ol>
    </>
  );
}
