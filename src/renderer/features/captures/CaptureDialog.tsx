import { useTranslation } from 'react-i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { useObservable } from '../../app/useObservable.ts';
import { Modal } from '../../ui/Modal.tsx';
import { dateText } from '../vitals/values.ts';
import { BodySiteForm } from './BodySiteForm.tsx';
import { CaptureMedia } from './CaptureMedia.tsx';
import type { CapturesModel } from './capturesModel.ts';
import { provenanceFacts } from './provenance.ts';
import { formerVersions } from './versions.ts';
import { captureTitle, isSeenOrHeard, siteWords } from './words.ts';

type CaptureDialogProps = {
  readonly record: CaptureRecord;
  readonly all: readonly CaptureRecord[];
  readonly captures: CapturesModel;
  readonly onChoose: (captureId: string) => void;
  readonly onClose: () => void;
};

/** One capture, large; beside it what it is, where it is from, and the way to the next. */
export function CaptureDialog({ record, all, captures, onChoose, onClose }: CaptureDialogProps) {
  const { t, i18n } = useTranslation();
  const { captureId, content, bodySite } = record;
  const at = all.indexOf(record);
  const step = (by: number, text: string) => {
    const next = all[at + by];
    return (
      <button
        type="button"
        className="button"
        disabled={next === undefined}
        onClick={() => {
          if (next !== undefined) {
            onChoose(next.captureId);
          }
        }}
      >
        {text}
      </button>
    );
  };
  return (
    <Modal
      title={captureTitle(t, content, i18n.language)}
      className="capture-dialog"
      onClose={onClose}
    >
      <div className="capture-body">
        <CaptureMedia key={captureId} record={record} captures={captures} />
        <aside>
          <p className="number">
            <strong>{dateText(content.takenAt, i18n.language)}</strong>
          </p>
          {isSeenOrHeard(content) ? (
            <>
              <p>{bodySite === null ? t('bodySite.unknown') : siteWords(t, bodySite)}</p>
              <BodySiteForm
                key={captureId}
                record={record}
                captures={captures}
                onCorrected={onChoose}
              />
            </>
          ) : null}
          <Versions record={record} captures={captures} />
          <ProvenanceDetails record={record} />
        </aside>
      </div>
      <div className="modal-actions">
        {step(1, t('capture.older'))}
        {step(-1, t('capture.newer'))}
        <span className="spring" />
        <button type="button" className="button primary" onClick={onClose}>
          {t('exam.close')}
        </button>
      </div>
    </Modal>
  );
}

function ProvenanceDetails({ record }: { readonly record: CaptureRecord }) {
  const { t, i18n } = useTranslation();
  return (
    <details className="provenance">
      <summary>{t('provenance.title')}</summary>
      <dl className="small">
        {provenanceFacts(t, record, i18n.language).map(({ name, value, doubt }) => (
          <div key={name} data-fact={name} className={doubt ? 'doubt' : ''}>
            <dt>{t(`provenance.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What this one corrects: kept as it was. */
function Versions({ record, captures }: Pick<CaptureDialogProps, 'record' | 'captures'>) {
  const { t, i18n } = useTranslation();
  const { records } = useObservable(captures);
  const shown = formerVersions(record, records);
  if (shown.length === 0) {
    return null;
  }
  return (
    <section className="capture-versions small" aria-label={t('capture.versions')}>
      <p>{t('capture.corrected', { reason: record.correctionReason ?? '' })}</p>
      <ul>
        {shown.map(({ captureId, bodySite, savedAt }) => (
          <li key={captureId} className="soft">
            {dateText(savedAt, i18n.language)} —{' '}
            {bodySite === null ? t('bodySite.unknown') : siteWords(t, bodySite)}
          </li>
        ))}
      </ul>
    </section>
  );
}
