import './store.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreState } from '../../../contracts/outbox.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { dateText } from '../vitals/values.ts';
import { type StoreNotice, storeNotices } from './notices.ts';
import { PassphraseDialog } from './PassphraseDialog.tsx';
import { rememberTold, wasToldBefore } from './putAway.ts';
import type { StoreModel } from './storeModel.ts';

/** What is wrong with the place where everything is kept, and what that means for a person. */
export function StoreNotices({ model }: { readonly model: StoreModel }) {
  const store = useObservable(model);
  const rolledBack = useObservable(model.rolledBack);
  const [putAway, setPutAway] = useState(() => wasToldBefore(window.localStorage));
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<StoreState['state'] | null>(null);
  // A locked store stops everything: it asks by itself, once.
  if (store !== null && store.state !== told) {
    setTold(store.state);
    setAsking(store.state === 'locked');
  }
  if (store === null) {
    return null;
  }
  return (
    <>
      {/* One after the other: the examination keeps its room. */}
      {storeNotices(store, rolledBack, putAway)
        .slice(0, 1)
        .map((notice) => (
          <StoreBanner
            key={notice}
            notice={notice}
            store={store}
            onPassphrase={() => {
              setAsking(true);
            }}
            onPutAway={() => {
              rememberTold(window.localStorage, notice);
              setPutAway(new Set([...putAway, notice]));
            }}
          />
        ))}
      {asking ? (
        <PassphraseDialog
          model={model}
          purpose={store.state === 'locked' ? 'unlock' : 'set'}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
}

type StoreBannerProps = {
  readonly notice: StoreNotice;
  readonly store: StoreState;
  readonly onPassphrase: () => void;
  readonly onPutAway: () => void;
};

function StoreBanner({ notice, store, onPassphrase, onPutAway }: StoreBannerProps) {
  const { t } = useTranslation();
  const stops = notice === 'locked' || notice === 'unavailable';
  return (
    <div className={`banner ${stops ? 'bad' : 'warn'}`} role="alert" data-store={notice}>
      <div className="store-words">
        <strong>{t(`store.${notice}.title`)}</strong>
        <NoticeWords notice={notice} store={store} />
      </div>
      {notice === 'locked' || notice === 'obfuscated' ? (
        <button type="button" className="button" onClick={onPassphrase}>
          {t(`store.${notice}.action`)}
        </button>
      ) : null}
      {stops ? null : (
        <button type="button" className="button" onClick={onPutAway}>
          {t(`store.${notice}.putAway`)}
        </button>
      )}
    </div>
  );
}

function NoticeWords({ notice, store }: Pick<StoreBannerProps, 'notice' | 'store'>) {
  const { t, i18n } = useTranslation();
  if (store.state === 'unavailable') {
    return (
      <>
        <p>{t('store.unavailable.what')}</p>
        <p className="small">{faultText(t, store.fault)}</p>
      </>
    );
  }
  if (notice !== 'salvaged' || store.state !== 'open' || store.salvage === null) {
    return <p>{t(`store.${notice}.what`)}</p>;
  }
  const { at, rowsSaved, tablesDamaged, quarantine } = store.salvage;
  const when = dateText(at, i18n.language);
  return (
    <>
      <p>{t('store.salvaged.what', { when, rows: rowsSaved, count: tablesDamaged.length })}</p>
      <p className="small">
        {t('store.salvaged.where')} <code>{quarantine}</code>
      </p>
      {tablesDamaged.length === 0 ? null : (
        <p className="small">{t('store.salvaged.tables', { names: tablesDamaged.join(', ') })}</p>
      )}
    </>
  );
}
