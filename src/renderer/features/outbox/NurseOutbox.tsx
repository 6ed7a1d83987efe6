import './nurseOutbox.css';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault, Result } from '../../../contracts/faults.ts';
import type { OutboxSummary } from '../../../contracts/outbox.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { ActGroupCard } from './ActGroupCard.tsx';
import { actGroups } from './actGroups.ts';
import { OPEN_STATES } from './filters.ts';
import type { OutboxModel } from './outboxModel.ts';

type NurseOutboxProps = { readonly outbox: OutboxModel; readonly onClose: () => void };

/** What has not arrived yet, act by act, in words; and what a nurse can do about it. */
export function NurseOutbox({ outbox, onClose }: NurseOutboxProps) {
  const { t } = useTranslation();
  const { summary } = useObservable(outbox);
  const list = useObservable(outbox.deliveries);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => outbox.deliveries.watch(OPEN_STATES), [outbox]);
  const run = async (work: Promise<Result<unknown>>): Promise<void> => {
    const done = await work;
    setFault(done.ok ? null : done.fault);
  };
  const groups = actGroups(list.deliveries);
  const shownFault = fault ?? list.fault;
  return (
    <Modal title={t('outbox.title')} className="nurse-outbox" onClose={onClose}>
      {summary === null ? null : (
        <NetworkWords summary={summary} onResume={() => void run(outbox.pause(false))} />
      )}
      {shownFault === null ? null : <FaultBanner fault={shownFault} tone="warn" />}
      <div className="modal-body">
        {groups.map((group) => (
          <ActGroupCard
            key={group.actId ?? ''}
            group={group}
            onRetry={(ids) => void run(outbox.retry(ids))}
            onFirst={(ids) => void run(outbox.putFirst(ids))}
          />
        ))}
        {list.known && list.fault === null && groups.length === 0 ? (
          <p className="outbox-clear">
            <Icon name="check" />
            {t('outbox.nothingWaits')}
          </p>
        ) : null}
        {list.more ? (
          <button type="button" className="button" onClick={outbox.deliveries.loadMore}>
            {t('outbox.loadMore')}
          </button>
        ) : null}
      </div>
      <div className="modal-actions">
        <button type="button" className="button primary" onClick={onClose}>
          {t('exam.close')}
        </button>
      </div>
    </Modal>
  );
}

type NetworkWordsProps = { readonly summary: OutboxSummary; readonly onResume: () => void };

/** Whether anything can leave now, and that nothing is lost if not. */
function NetworkWords({ summary, onResume }: NetworkWordsProps) {
  const { t } = useTranslation();
  const { network, slowed, doneToday } = summary;
  return (
    <div className={network === 'up' ? 'outbox-network' : 'banner warn'} role="status">
      <p>
        {t(`outbox.network.${network}`)}
        {network === 'up' && slowed ? ` ${t('outbox.slowed')}` : ''}
        {network === 'up' && doneToday > 0 ? ` ${t('outbox.doneToday', { count: doneToday })}` : ''}
      </p>
      {network === 'paused' ? (
        <button type="button" className="button" onClick={onResume}>
          {t('outbox.resume')}
        </button>
      ) : null}
    </div>
  );
}
