import './deliveryDesk.css';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault, Result } from '../../../contracts/faults.ts';
import type { Delivery } from '../../../contracts/outbox.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { DeliveryDrawer } from './DeliveryDrawer.tsx';
import { DeliveryTable } from './DeliveryTable.tsx';
import { FILTER_NAMES, FILTERS, type Filter } from './filters.ts';
import { OutboxBar } from './OutboxBar.tsx';
import type { OutboxModel } from './outboxModel.ts';

/** The technician's view of the outbox: every delivery, where it stands, why, and its history. */
export function DeliveryDesk({ outbox }: { readonly outbox: OutboxModel }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const list = useObservable(outbox.deliveries);
  useEffect(() => outbox.deliveries.watch(FILTERS[filter]), [outbox, filter]);
  useEffect(() => {
    void outbox.lookAtDestinations();
  }, [outbox]);
  const run = async (work: Promise<Result<unknown>>): Promise<boolean> => {
    const done = await work;
    setFault(done.ok ? null : done.fault);
    return done.ok;
  };
  const chosen = useKept(list.deliveries, chosenId);
  const shownFault = fault ?? list.fault;
  return (
    <section className="delivery-desk" aria-label={t('technician.desk.outbox')}>
      <OutboxBar outbox={outbox} onPause={(paused) => void run(outbox.pause(paused))} />
      {shownFault === null ? null : (
        <FaultBanner
          fault={shownFault}
          onDismiss={() => {
            setFault(null);
          }}
        />
      )}
      <div className={`delivery-split ${chosen === null ? '' : 'chosen'}`}>
        <div className="card delivery-list">
          <div className="delivery-filter">
            <Segmented
              legend={t('delivery.filter')}
              legendShown={false}
              choices={FILTER_NAMES.map((value) => ({
                value,
                text: t(`delivery.filterBy.${value}`),
              }))}
              value={filter}
              onChange={setFilter}
            />
            {list.more ? (
              <button type="button" className="button" onClick={outbox.deliveries.loadMore}>
                {t('outbox.loadMore')}
              </button>
            ) : null}
          </div>
          <DeliveryTable
            deliveries={list.deliveries}
            known={list.known}
            outbox={outbox}
            chosenId={chosenId}
            onChoose={setChosenId}
          />
        </div>
        {chosen === null ? null : (
          <DeliveryDrawer
            key={chosen.deliveryId}
            delivery={chosen}
            outbox={outbox}
            run={run}
            onClose={() => {
              setChosenId(null);
              focusRow(chosen.deliveryId);
            }}
          />
        )}
      </div>
    </section>
  );
}

/** The row that was opened, where it is still in sight. */
function focusRow(deliveryId: number): void {
  document.querySelector<HTMLElement>(`[data-delivery="${deliveryId}"]`)?.focus();
}

/** The chosen one as it is now; as it was last where it has left the list since. */
function useKept(deliveries: readonly Delivery[], id: number | null): Delivery | null {
  const [kept, setKept] = useState<Delivery | null>(null);
  const now = deliveries.find(({ deliveryId }) => deliveryId === id);
  if (now !== undefined && now !== kept) {
    setKept(now);
  }
  if (id === null) {
    return null;
  }
  return now ?? (kept?.deliveryId === id ? kept : null);
}
