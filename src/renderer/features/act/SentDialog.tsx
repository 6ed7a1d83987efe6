import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Act } from '../../../contracts/clinical.ts';
import { DELIVERY_STATES } from '../../../contracts/outbox.ts';
import { useObservable } from '../../app/useObservable.ts';
import { Icon } from '../../ui/icons.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { arrivals } from '../outbox/arrivals.ts';
import type { OutboxModel } from '../outbox/outboxModel.ts';
import type { ActModel } from './actModel.ts';

type SentDialogProps = {
  readonly acts: ActModel;
  readonly outbox: OutboxModel;
  readonly act: Act;
  /** Documents of the act, durably queued. */
  readonly queued: number;
  readonly unread: number;
};

/** The act is closed: nothing of it can be lost any more, and nobody need wait. */
export function SentDialog({ acts, outbox, act, queued, unread }: SentDialogProps) {
  const { t } = useTranslation();
  const close = (): void => {
    acts.show('none');
  };
  return (
    <Modal title={t('act.closed')} className="act-dialog" onClose={close}>
      {queued === 0 ? (
        <p>{act.patient.fictional ? t('act.queuedFictional') : t('act.queuedNothing')}</p>
      ) : (
        <Queued outbox={outbox} actId={act.actId} queued={queued} />
      )}
      {unread === 0 ? null : (
        <p className="form-problem" role="alert">
          {t('act.unread', { count: unread })}
        </p>
      )}
      <div className="modal-actions">
        <button type="button" className="button primary" onClick={close}>
          {t('exam.close')}
        </button>
      </div>
    </Modal>
  );
}

type QueuedProps = Pick<SentDialogProps, 'outbox' | 'queued'> & { readonly actId: string };

function Queued({ outbox, actId, queued }: QueuedProps) {
  const { t } = useTranslation();
  const { summary } = useObservable(outbox);
  const list = useObservable(outbox.deliveries);
  useEffect(() => outbox.deliveries.watch(DELIVERY_STATES), [outbox]);
  const away = summary !== null && summary.network !== 'up';
  const arrived = arrivals(list, actId);
  return (
    <>
      <p className="act-sent" role="status">
        <Icon name="check" />
        {t('act.queued', { count: queued })}
      </p>
      <p>{away ? t('act.queuedOffline') : t('act.queuedOnline')}</p>
      {arrived === null ? null : (
        <p className="number soft" role="status">
          {t('act.arrived', arrived)}
        </p>
      )}
    </>
  );
}
