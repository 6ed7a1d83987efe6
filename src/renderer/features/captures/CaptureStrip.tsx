import './captures.css';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { Icon } from '../../ui/icons.tsx';
import { momentText } from '../outbox/quantities.ts';
import { CaptureDialog } from './CaptureDialog.tsx';
import type { CapturesModel } from './capturesModel.ts';
import { currentVersions } from './versions.ts';
import { CAPTURE_ICONS, captureTitle, siteWords } from './words.ts';

/** All that was kept of the open act, newest first; a touch opens it. */
export function CaptureStrip({ captures }: { readonly captures: CapturesModel }) {
  const { t } = useTranslation();
  const { records, fault } = useObservable(captures);
  const [openId, setOpenId] = useState<string | null>(null);
  const current = currentVersions(records);
  const open = current.find(({ captureId }) => captureId === openId) ?? null;
  return (
    <section className="capture-strip" aria-label={t('act.captures')}>
      {fault === null ? null : <p className="device-trouble">{faultText(t, fault)}</p>}
      {current.length === 0 && fault === null ? (
        <p className="small soft">{t('capture.none')}</p>
      ) : null}
      <ul>
        {current.map((record) => (
          <li key={record.captureId}>
            <CaptureTile
              record={record}
              captures={captures}
              onOpen={() => {
                setOpenId(record.captureId);
              }}
            />
          </li>
        ))}
      </ul>
      {open === null ? null : (
        <CaptureDialog
          record={open}
          all={current}
          captures={captures}
          onChoose={setOpenId}
          onClose={() => {
            setOpenId(null);
          }}
        />
      )}
    </section>
  );
}

type CaptureTileProps = {
  readonly record: CaptureRecord;
  readonly captures: CapturesModel;
  readonly onOpen: () => void;
};

function CaptureTile({ record, captures, onOpen }: CaptureTileProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { captureId, content, bodySite } = record;
  const title = captureTitle(t, content, i18n.language);
  const when = momentText(content.takenAt, now, i18n.language);
  const thumbnails = useObservable(captures.thumbnails);
  const isStill = content.kind === 'still';
  const url = thumbnails.get(captureId) ?? null;
  useEffect(() => {
    if (isStill) {
      captures.thumbnails.want(captureId);
    }
  }, [captures, captureId, isStill]);
  return (
    <button
      type="button"
      className="capture-tile"
      data-capture={captureId}
      data-kind={content.kind}
      title={[title, siteWords(t, bodySite), when].filter(Boolean).join(' · ')}
      onClick={onOpen}
    >
      {url === null ? <Icon name={CAPTURE_ICONS[content.kind]} /> : <img src={url} alt="" />}
      <span className="capture-tile-words">
        <span>{title}</span>
        <span className="number">{when}</span>
      </span>
    </button>
  );
}
