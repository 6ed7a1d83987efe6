import { useTranslation } from 'react-i18next';
import type { Act } from '../../../contracts/clinical.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { CapturesModel } from '../captures/capturesModel.ts';
import { currentVersions } from '../captures/versions.ts';
import { captureTitle, siteWords } from '../captures/words.ts';
import type { OutboxModel } from '../outbox/outboxModel.ts';
import { momentText } from '../outbox/quantities.ts';
import type { ActModel } from './actModel.ts';

type CloseActDialogProps = {
  readonly acts: ActModel;
  readonly act: Act;
  readonly captures: CapturesModel;
  readonly outbox: OutboxModel;
};

const LONGEST_REPORT = 20_000;

/** What is written of the examination, what is sent with it, and the one button that ends it. */
export function CloseActDialog({ acts, act, captures, outbox }: CloseActDialogProps) {
  const { t } = useTranslation();
  const { busy, fault } = useObservable(acts);
  const report = useObservable(acts.report);
  const { summary } = useObservable(outbox);
  const { birthName, givenNames, fictional } = act.patient;
  const close = (): void => {
    acts.show('none');
  };
  const offline = summary !== null && summary.network !== 'up';
  return (
    <Modal
      title={t('act.finishOf', { name: `${birthName} ${givenNames[0] ?? ''}` })}
      className="act-dialog"
      onClose={close}
    >
      {fault === null ? null : <FaultBanner fault={fault} />}
      <div className="modal-body">
        <TextField
          label={t('act.report')}
          hint={t('act.notSigned')}
          value={report}
          rows={6}
          maxLength={LONGEST_REPORT}
          focused
          onChange={acts.report.set}
        />
        <SentCaptures captures={captures} />
        <SentValues acts={acts} />
        {fictional || offline ? (
          <p className="act-offline">{fictional ? t('act.fictionalClose') : t('act.offline')}</p>
        ) : null}
      </div>
      <div className="modal-actions">
        <button type="button" className="button" onClick={close}>
          {t('act.goOn')}
        </button>
        <button
          type="button"
          className="button primary"
          disabled={busy}
          onClick={() => void acts.close()}
        >
          {busy ? t('act.closing') : t('act.finish')}
        </button>
      </div>
    </Modal>
  );
}

/** What the devices said is chosen by main: the nurse sees it before it leaves, and can go back. */
function SentValues({ acts }: Pick<CloseActDialogProps, 'acts'>) {
  const { t, i18n } = useTranslation();
  const values = useObservable(acts.values);
  const now = useNow();
  if (values.length === 0) {
    return null;
  }
  return (
    <section className="act-captures" aria-label={t('act.values')} data-values={values.length}>
      <h3>{t('act.values')}</h3>
      <ul>
        {values.map((content) => (
          <li key={JSON.stringify(content)}>
            <span className="number soft">{momentText(content.takenAt, now, i18n.language)}</span>
            <strong>{captureTitle(t, content, i18n.language)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SentCaptures({ captures }: { readonly captures: CapturesModel }) {
  const { t, i18n } = useTranslation();
  const { records, fault } = useObservable(captures);
  const now = useNow();
  const current = currentVersions(records);
  return (
    <section className="act-captures" aria-label={t('act.captures')}>
      <h3>{t('act.capturesCount', { count: current.length })}</h3>
      {fault === null ? null : <FaultBanner fault={fault} tone="warn" />}
      <ul>
        {current.map((record) => (
          <li key={record.captureId}>
            <span className="number soft">
              {momentText(record.content.takenAt, now, i18n.language)}
            </span>
            <strong>{captureTitle(t, record.content, i18n.language)}</strong>
            <span className="soft">{siteWords(t, record.bodySite)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
