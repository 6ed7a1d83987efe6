import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Fault, Result } from '../../../contracts/faults.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Icon } from '../../ui/icons.tsx';
import { unitText, valueText } from '../vitals/values.ts';
import type { CapturesModel } from './capturesModel.ts';
import { StillViewer } from './StillViewer.tsx';
import type { CaptureFile } from './thumbnails.ts';
import { CAPTURE_ICONS, captureTitle, isSeenOrHeard } from './words.ts';

/** Loaded when the first ECG is looked at: nobody waits for the reader of DICOM at the start. */
const EcgPicture = lazy(async () => ({ default: (await import('./EcgPicture.tsx')).EcgPicture }));

type CaptureMediaProps = { readonly record: CaptureRecord; readonly captures: CapturesModel };

/** The capture itself, as large as there is room. */
export function CaptureMedia({ record, captures }: CaptureMediaProps) {
  const { kind } = record.content;
  return (
    <div className="capture-media" data-media={kind}>
      {isSeenOrHeard(record.content) || kind === 'ecg' ? (
        <FileMedia record={record} captures={captures} />
      ) : (
        <ValueMedia record={record} />
      )}
    </div>
  );
}

function FileMedia({ record, captures }: CaptureMediaProps) {
  const { t, i18n } = useTranslation();
  const { captureId, content } = record;
  const [file, setFile] = useState<Result<CaptureFile> | null>(null);
  useEffect(() => {
    let current = true;
    void captures.read(captureId).then((read) => {
      if (current) {
        setFile(read);
      }
    });
    return () => {
      current = false;
    };
  }, [captures, captureId]);
  if (file === null) {
    return <p className="capture-wait">{t('capture.opening')}</p>;
  }
  if (!file.ok) {
    return <Unreadable fault={file.fault} record={record} />;
  }
  const label = captureTitle(t, content, i18n.language);
  if (content.kind === 'ecg') {
    return (
      <Suspense fallback={<p className="capture-wait">{t('capture.opening')}</p>}>
        <EcgPicture file={file.value} label={label} />
      </Suspense>
    );
  }
  return content.kind === 'still' ? (
    <StillViewer file={file.value} label={label} />
  ) : (
    <Playable file={file.value} label={label} sound={content.kind === 'audio'} />
  );
}

type UnreadableProps = { readonly fault: Fault; readonly record: CaptureRecord };

/** An ECG whose recording is not at hand is told of all the same. */
function Unreadable({ fault, record }: UnreadableProps) {
  return record.content.kind === 'ecg' && fault.code === 'CAPTURE_UNKNOWN' ? (
    <ValueMedia record={record} />
  ) : (
    <FaultBanner fault={fault} />
  );
}

type PlayableProps = {
  readonly file: CaptureFile;
  readonly label: string;
  readonly sound: boolean;
};

/** A clip or a sound: the browser's own controls seek, are known, and are read out. */
function Playable({ file, label, sound }: PlayableProps) {
  const { t } = useTranslation();
  const [unplayable, setUnplayable] = useState(false);
  const show = useCallback(
    (element: HTMLMediaElement | null) => {
      if (element === null) {
        return undefined;
      }
      const blob = new Blob([new Uint8Array(file.bytes)], { type: file.mediaType });
      const url = URL.createObjectURL(blob);
      element.src = url;
      return () => {
        element.removeAttribute('src');
        URL.revokeObjectURL(url);
      };
    },
    [file],
  );
  const onError = (): void => {
    setUnplayable(true);
  };
  return (
    <>
      {sound ? (
        <div className="capture-sound">
          <Icon name="stethoscope" />
          {/* biome-ignore lint/a11y/useMediaCaption: the sounds of a body hold no words */}
          <audio ref={show} controls aria-label={label} onError={onError} />
        </div>
      ) : (
        <video ref={show} controls muted playsInline aria-label={label} onError={onError} />
      )}
      {unplayable ? (
        <p className="capture-wait" role="alert">
          {t('capture.unplayable')}
        </p>
      ) : null}
    </>
  );
}

/** What has no file of its own: an excerpt of the record, or values. */
function ValueMedia({ record }: { readonly record: CaptureRecord }) {
  const { t, i18n } = useTranslation();
  const { content } = record;
  const values =
    content.kind === 'measurement'
      ? [content.value]
      : content.kind === 'spirometryEffort'
        ? content.values
        : [];
  return (
    <div className="capture-values">
      <Icon name={CAPTURE_ICONS[content.kind]} />
      <strong>{captureTitle(t, content, i18n.language)}</strong>
      {content.kind === 'ecg' ? <p>{t('capture.ecgWhere')}</p> : null}
      <dl>
        {values.map((value) => (
          <div key={value.name}>
            <dt>{t(`measurement.${value.name}`)}</dt>
            <dd className="number">
              {valueText(value, i18n.language)} {unitText(value.unit)}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
