import './act.css';
import { useTranslation } from 'react-i18next';
import type { Act } from '../../../contracts/clinical.ts';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import type { StreamClient } from '../../media/streamClient.ts';
import { Icon } from '../../ui/icons.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { CaptureStrip } from '../captures/CaptureStrip.tsx';
import type { CapturesModel } from '../captures/capturesModel.ts';
import { EcgKeep } from '../captures/EcgKeep.tsx';
import type { OutboxModel } from '../outbox/outboxModel.ts';
import type { StoreModel } from '../store/storeModel.ts';
import type { ActModel } from './actModel.ts';
import { ageAt, birthDateText } from './birthDate.ts';
import { CloseActDialog } from './CloseActDialog.tsx';
import { OpenActDialog } from './OpenActDialog.tsx';
import { SentDialog } from './SentDialog.tsx';

type ActBarProps = {
  readonly acts: ActModel;
  readonly captures: CapturesModel;
  readonly outbox: OutboxModel;
  readonly store: StoreModel;
  readonly stream: StreamClient;
  /** Only whose record it is: beside other work. */
  readonly slim: boolean;
};

/** Whose examination this is, what was kept of it, and how it ends. */
export function ActBar({ acts, captures, outbox, store, stream, slim }: ActBarProps) {
  const { t } = useTranslation();
  const { act, known } = useObservable(acts);
  const unkept = (useObservable(store)?.state ?? 'open') !== 'open';
  return (
    <section
      className={`card act-bar ${slim ? 'slim' : ''}`}
      aria-label={t('act.title')}
      data-act={act?.actId ?? ''}
    >
      {act === null ? (
        <p className="act-none soft">{unkept ? t('act.noStore') : known ? t('act.none') : ''}</p>
      ) : (
        <>
          <Resident act={act} />
          {slim ? null : (
            <>
              <CaptureStrip captures={captures} />
              <EcgKeep captures={captures} stream={stream} />
            </>
          )}
        </>
      )}
      {slim ? null : (
        <button
          type="button"
          className="button primary"
          disabled={act === null && (!known || unkept)}
          onClick={() => {
            acts.show(act === null ? 'opening' : 'closing');
          }}
        >
          <Icon name={act === null ? 'person' : 'send'} />
          {act === null ? t('act.begin') : t('act.finish')}
        </button>
      )}
      <ActDialogs acts={acts} captures={captures} outbox={outbox} />
    </section>
  );
}

function ActDialogs({ acts, captures, outbox }: Pick<ActBarProps, 'acts' | 'captures' | 'outbox'>) {
  const { act, shown } = useObservable(acts);
  if (shown.dialog === 'sent') {
    return (
      <SentDialog
        acts={acts}
        outbox={outbox}
        act={shown.act}
        queued={shown.queued}
        unread={shown.unread}
      />
    );
  }
  if (shown.dialog === 'opening' && act === null) {
    return <OpenActDialog acts={acts} />;
  }
  return shown.dialog === 'closing' && act !== null ? (
    <CloseActDialog acts={acts} act={act} captures={captures} outbox={outbox} />
  ) : null;
}

function Resident({ act }: { readonly act: Act }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { birthName, usedName, givenNames, birthDate, identityStatus, fictional } = act.patient;
  const born =
    birthDate === null
      ? t('act.birthUnknown')
      : t('act.born', {
          date: birthDateText(birthDate, i18n.language),
          count: ageAt(birthDate, now),
        });
  return (
    <div className="act-resident">
      <p className="act-name">
        <strong className="one-line">
          {birthName} {givenNames[0]}
        </strong>
        {usedName === null ? null : (
          <span className="small soft one-line">{t('act.nameUsed', { usedName })}</span>
        )}
      </p>
      <p className="act-facts small soft">
        {fictional ? (
          <StateBadge tone="warn" text={t('act.fictional')} />
        ) : (
          <StateBadge
            tone={identityStatus === 'PROV' ? 'warn' : 'good'}
            text={t(`act.identity.${identityStatus}`)}
          />
        )}
        <span className="one-line">{born}</span>
        <span className="number act-elapsed">
          {t('act.elapsed', { minutes: minutesBetween(act.startedAt, now) })}
        </span>
      </p>
    </div>
  );
}

const MINUTE_MS = 60_000;

/** Whole minutes: a clock that counts seconds hurries people. */
function minutesBetween(since: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / MINUTE_MS));
}
