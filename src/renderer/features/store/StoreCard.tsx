import './store.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../contracts/faults.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { PassphraseDialog } from './PassphraseDialog.tsx';
import type { StoreModel } from './storeModel.ts';

/** How the key of the store is kept, and how to change that. */
export function StoreCard({ model }: { readonly model: StoreModel }) {
  const { t } = useTranslation();
  const store = useObservable(model);
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  if (store?.state !== 'open') {
    return null;
  }
  const { protection } = store;
  const giveUp = async (): Promise<void> => {
    const told = await model.setPassphrase(null);
    setFault(told.ok ? null : told.fault);
  };
  return (
    <section className="card store-card" aria-label={t('store.card.title')}>
      <h2>{t('store.card.title')}</h2>
      <StateBadge
        tone={protection === 'obfuscated' ? 'warn' : 'good'}
        text={t(`store.card.${protection}`)}
      />
      <p className="soft">{t(`store.card.${protection}What`)}</p>
      {fault === null ? null : <FaultBanner fault={fault} />}
      <div className="act-buttons">
        <button
          type="button"
          className="button"
          onClick={() => {
            setAsking(true);
          }}
        >
          {t(protection === 'passphrase' ? 'store.card.change' : 'store.card.set')}
        </button>
        {protection === 'passphrase' ? (
          <button type="button" className="button" onClick={() => void giveUp()}>
            {t('store.card.remove')}
          </button>
        ) : null}
      </div>
      {asking ? (
        <PassphraseDialog
          model={model}
          purpose="set"
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </section>
  );
}
